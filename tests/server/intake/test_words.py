"""What goes wrong with a file is said in the reader's language."""

from __future__ import annotations

from django.utils import translation

from regulars.server.intake import actions, forms


def test_a_loaded_file_that_somebody_discards_is_told_of_in_chinese() -> None:
    with translation.override("zh-hans"):
        assert "撤回" in forms.sentence(actions.AlreadyLoaded("The file was loaded."))
