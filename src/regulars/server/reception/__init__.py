"""People who come by themselves or are met: hosted forms, quick-add, spotted and passed on."""
