"""The entry for the web server."""

from __future__ import annotations

from regulars.server.site import database
from regulars.server.site.processes import end_with_parent
from regulars.server.site.requests import handler

end_with_parent()
application = handler()
# Nobody is served through a role that could look over the wall.
database.check_wall()
