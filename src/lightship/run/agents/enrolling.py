"""An agent's first word with its hub: an invitation for a token and a key."""

import msgspec

from lightship import __version__
from lightship.edges.agents.hub.registry import MARK, fingerprint
from lightship.edges.agents.own.folder import Folder, HubPlace, Identity
from lightship.edges.agents.own.hub_line import HubAway, HubLine, HubRefuses
from lightship.edges.agents.wire import Enrol, Enrolled
from lightship.vocabulary.errors import BadInput, Unreachable


def enrol_at(folder: Folder, hub: str, invitation: str, authority: str, contact: str) -> Identity:
    """Enrol, and keep who we are.

    Raises:
        BadInput: the invitation or the address is none, or somebody is enrolled here already.
        Unreachable: the hub does not answer, or refuses; or who answers is not the hub that invited.
    """
    if not invitation.startswith(f"{MARK}_") or invitation.count("_") < 3:
        raise BadInput(
            "INVITATION", "this is no invitation", f"{MARK}_..., as `lightship agents invite` prints it"
        )
    if folder.is_enrolled:
        raise BadInput(
            str(folder.path), "an agent is enrolled here already", "name another folder, or delete this one"
        )
    line = HubLine([HubPlace(hub.rstrip("/"), authority=authority)])
    folder.make()
    try:
        reply = line.ask("POST", "/api/v1/agents/enrol", Enrol(invitation, __version__))
        found = msgspec.json.decode(reply.body, type=Enrolled)
    except HubAway as away:
        raise Unreachable(str(away)) from None
    except HubRefuses as refused:
        raise Unreachable(f"{hub}: {refused.detail}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Unreachable(f"{hub}: what answers there is no Lightship hub") from None
    finally:
        line.close()
    if fingerprint(found.key) != invitation.rpartition("_")[2]:
        raise Unreachable(
            f"{hub}: who answers there has another key than the hub that invited; nothing is kept"
        )
    identity = Identity(found.agent, found.token, found.key)
    folder.keep_own_file(hub.rstrip("/"), contact, authority)
    folder.keep_identity(identity)
    return identity
