# SPDX-License-Identifier: EUPL-1.2
"""The municipality's own theme: design tokens after NL Design System."""

from fastapi.responses import FileResponse

from shared.access.rules import reads
from shared.contracts.refusals import NotFound
from shared.http.router import Pages
from shared.http.site import theme

router = Pages()


@router.get("/static/theme.css")
@reads("anybody")
async def theme_file() -> FileResponse:
    path = theme()
    if path is None:
        raise NotFound("No theme is set; KERNPULS_THEME names its file.")
    return FileResponse(path, media_type="text/css")
