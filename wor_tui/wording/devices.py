"""Words for devices: how one stands, and what it hasn't sent."""

from typing import TYPE_CHECKING

from wor_tui.i18n import _, ngettext

if TYPE_CHECKING:
    from wor_tui.services.devices import DeviceRow


def state_words(device: "DeviceRow") -> str:
    """How a device stands."""
    if device.state == "revoked":
        return _("ingetrokken")
    if device.state == "signed_out":
        return _("afgemeld")
    if device.own:
        return _("dit apparaat")
    return _("in gebruik") if device.known else _("wacht op zijn eerste bericht")


def unsent_words(device: "DeviceRow") -> str:
    """What it said last that it hadn't sent."""
    if device.unsent is None:
        return _("niets bekend over wat niet verstuurd is")
    if not device.unsent:
        return _("alles verstuurd")
    return ngettext("{n} niet verstuurd", "{n} niet verstuurd", device.unsent).format(n=device.unsent)
