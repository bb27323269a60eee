"""A web by an instrument that only a newer version knows: shown by its six scores, and left as it is."""

from datetime import date

from sync.client.changes import Change
from tests.screens.driving import case_of, pressed, said, settled, text_of, to_client
from wor_tui.app import WorApp
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.intake_form import IntakeForm


async def test_a_web_of_a_newer_version_is_shown_but_not_changed(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        case, desk = case_of(app), app.desk
        values = {
            "case_id": case.case.id,
            "instrument": "adult-9",
            "variant": "adult",
            "taken_on": date(2026, 11, 22).isoformat(),
            "d1": 9.5,
            "aspects/1.3": 2.0,
            "talk/1.3": True,
        }
        desk.save([Change("web", desk.new_id(), desk.scopes.team, values)], "test", event="web.start")
        app.tell_screens()
        await pilot.press("w")
        await settled(pilot)
        assert "9,5" in said(app.screen)
        await pilot.press("f7")
        await settled(pilot)
        assert "9,5" in said(app.screen)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, ClientScreen)
        assert "kent dit programma niet" in text_of(app, "#notice")
        await pressed(pilot, "i", "enter", to=IntakeForm)
        await pressed(pilot, "escape", to=ClientScreen)
        web = next(each for each in case_of(app).webs if each.instrument == "adult-9")
        assert (web.scores[0], dict(web.aspects), set(web.talk)) == (9.5, {"1.3": 2.0}, {"1.3"})
