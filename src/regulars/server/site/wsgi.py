"""The entry for the web server."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from regulars.server.site import database
from regulars.server.site.processes import end_with_parent

end_with_parent()
application = get_wsgi_application()
# Nobody is served through a role that could look over the wall.
database.check_wall()
