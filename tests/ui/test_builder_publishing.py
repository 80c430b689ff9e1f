"""Publishing from the builder: what one sees before, who may, and that exactly what was on the screen is published."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.editing import SetDescription, apply
from autotrain_core.errors import NoRendererError, NotStoredError, StoreUnavailableError
from autotrain_core.models import Curriculum
from autotrain_core.services import Policy, PublishingPolicy, ReviewState, ReviewWhen
from tests.interop.documents import LADDER, document
from tests.services.nights import Nights, session
from tests.services.publishing import ADA, DEE, EVE, HERON, RIGS, acting
from tests.ui.apps import drawn, said, toasts
from tests.ui.desks import BLOCK_MIN, DRAFT, copied, desk_of, kept, labels, part, saved_by, stored, written

VERSION, CHANGELOG = f"builder-publish-version-{DRAFT}", f"builder-publish-changelog-{DRAFT}"
REASON, ACCEPTED = f"builder-publish-reason-{DRAFT}", f"builder-publish-accepted-{DRAFT}"
NOW = "builder-publish-now"
ASK = "builder-ask-review"


@pytest.fixture(autouse=True)
def designer(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOTRAIN_PERSON", DEE.email)


def published(nights: Nights, name: str, version: str) -> services.Published:
    return services.published_curriculum(nights.store, name, version)


def wants_review(nights: Nights) -> None:
    asked = Policy(publishing=PublishingPolicy(review=ReviewWhen.ALWAYS))
    services.save_policy(nights.store, asked, replaces="", actor=acting(ADA), at=nights.at)


def press(app: AppTest, key: str, changelog: str = "Longer blocks") -> AppTest:
    app.text_input(key=CHANGELOG).set_value(changelog)
    return app.button(key=key).click().run()


def test_one_page_shows_version_checks_changes_mice_and_files(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN), with_mouse=True)

    app = part("publishing")

    told = " ".join(said(app).split())
    assert app.text_input(key=VERSION).value == "2.3.1"
    assert "Proposed: 2.3.1 (only settings changed since 2.3)." in told
    assert "Against Coupled Baiting 2.3: this only changes BlockMin 10 → 12 trials (more) in Stage 2." in told
    assert "10 → 12" in told
    assert "Publishing moves no mouse" in told
    assert "You may publish Coupled Baiting alone." in told
    assert f"{RIGS}Coupled Baiting_curriculum_v2.3.1_schema_v1.0.json" in app.code[0].value
    assert app.dataframe[0].value["Mouse"].tolist() == ["8"]
    assert "Publish Coupled Baiting 2.3.1" in labels(app)


def test_publishing_writes_the_files_and_says_where(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))

    app = press(part("publishing"), NOW)

    done = published(nights, "Coupled Baiting", "2.3.1")
    assert (done.by, done.changelog, done.based_on) == (DEE.email, "Longer blocks", "Coupled Baiting@2.3")
    assert "Coupled Baiting 2.3.1 is published" in " ".join(element.value for element in app.success).replace("\\", "")
    assert any("moves no mouse" in told for told in toasts(app))
    links = [link.proto.label.replace("\\", "") for link in app.get("page_link")]
    assert "Coupled Baiting 2.3.1 in the library" in links
    assert f"{RIGS}Coupled Baiting_curriculum_v2.3.1_schema_v1.0_rules.svg" in app.code[0].value


def test_the_draft_is_called_what_it_was_published_as(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))

    app = press(part("publishing"), NOW)

    assert desk_of(app).curriculum.key == "Coupled Baiting@2.3.1"
    desk_of(app).settle(wait=True)
    assert stored(nights).draft.title == "Coupled Baiting 2.3.1"


def test_what_was_not_saved_yet_is_saved_before(nights: Nights) -> None:
    kept(nights, copied())
    app = part("changes")
    desk_of(app).do(BLOCK_MIN)
    app.query_params["part"] = "publishing"

    press(app.run(), NOW)

    assert 'BlockMin": 12' in published(nights, "Coupled Baiting", "2.3.1").document


def test_without_a_changelog_nothing_is_published(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))

    app = press(part("publishing"), NOW, changelog="  ")

    assert "nobody has said what is new" in said(app)
    with pytest.raises(NotStoredError):
        published(nights, "Coupled Baiting", "2.3.1")


def test_a_version_that_is_taken_is_said_at_once_and_cannot_be_published(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))
    app = part("publishing")

    app.text_input(key=VERSION).set_value("2.3").run()

    assert "a published version never changes" in said(app)
    assert app.button(key=NOW).disabled


def test_an_error_forbids_it_and_is_shown(nights: Nights) -> None:
    kept(nights, written(**document({"A": [("progress", "Nowhere", "metrics.trials[-1] >= 100")]})))

    app = part("publishing")

    assert "No stage is called &#x27;Nowhere&#x27;" in drawn(app)
    assert app.button(key=NOW).disabled
    assert REASON not in [element.key for element in app.text_input]


def test_warnings_ask_for_a_reason_or_acceptance(nights: Nights) -> None:
    made = document(LADDER)
    kept(nights, written(curriculum={"A": made["curriculum"]["A"]}))  # training ends at B, which nobody said
    app = part("publishing")

    refused = said(press(app, NOW))
    app.text_input(key=REASON).set_value("B is the end")
    app.button(key=NOW).click().run()

    assert "say why it is to be published all the same" in refused
    assert published(nights, "Toy", "1").reason == "B is the end"


def test_what_somebody_else_saved_in_between_is_not_published(nights: Nights) -> None:
    base = kept(nights, copied(BLOCK_MIN))
    app = part("publishing")
    saved_by(nights, EVE, apply(base.draft, SetDescription("by Eve")), base)

    press(app, NOW)

    with pytest.raises(NotStoredError):
        published(nights, "Coupled Baiting", "2.3.1")
    assert any("saved by someone else" in told for told in toasts(app))


def test_a_button_publishes_the_version_that_it_names_and_no_other(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))
    app = part("publishing")

    app.text_input(key=VERSION).set_value("9")
    press(app, NOW)

    assert "changed at the last moment" in said(app)
    for version in ("2.3.1", "9"):
        with pytest.raises(NotStoredError):
            published(nights, "Coupled Baiting", version)


def test_where_the_policy_wants_it_only_a_review_can_be_asked_for(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))
    wants_review(nights)
    app = part("publishing")
    assert NOW not in [button.key for button in app.button]
    assert "Ask Eve, Dr. Heron." in said(app)

    press(app, ASK)

    review = services.review_of(nights.store, DRAFT)
    assert review is not None
    assert (review.state, review.asked_by, review.version) == (ReviewState.WAITING, DEE.email, "2.3.1")
    assert "is asked for" in app.success[0].value


def test_who_worked_on_the_draft_is_not_asked_to_agree(nights: Nights) -> None:
    base = kept(nights, copied(BLOCK_MIN))
    saved_by(nights, EVE, apply(base.draft, SetDescription("by Eve")), base)
    wants_review(nights)

    assert "Ask Dr. Heron." in said(part("publishing"))


def test_mice_that_train_no_more_are_named_too(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))
    today = datetime.now(UTC).date().isoformat()
    nights.run([session("8", 1, session_date="2025-03-01"), session("9", 1, session_date=today)])

    app = part("publishing")

    told = " ".join(said(app).split())
    assert "Not in training, and followed it last: 1 mouse" in [one.label for one in app.expander]
    assert app.dataframe[1].value["Mouse"].tolist() == ["8"]
    assert "1 mouse in training follows Coupled Baiting" in told


def test_after_publishing_the_mice_are_a_file(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN), with_mouse=True)

    app = press(part("publishing"), NOW)

    (offered,) = app.get("download_button")
    assert offered.proto.label == "Mice that followed this name last (CSV)"
    table = app.session_state["builder:published-mice"].decode().splitlines()
    assert table[0] == "Mouse,Follows,Ran last,Runs next,Would run next,Changes,In training"
    assert table[1].startswith("8,2.3,")


def test_where_no_mouse_followed_it_there_is_no_file(nights: Nights) -> None:
    kept(nights, written())

    assert press(part("publishing"), NOW).get("download_button") == []


def test_a_version_in_which_nothing_changed_asks_for_a_reason(nights: Nights) -> None:
    kept(nights, copied())

    app = press(part("publishing"), NOW)

    assert "It says the same as Coupled Baiting 2.3: nothing changed in it." in " ".join(said(app).split())
    assert "say why it is to be published all the same" in said(app)
    assert REASON in [element.key for element in app.text_input]


def test_a_designer_may_ask_though_nobody_has_to_agree(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))

    press(part("publishing"), ASK)

    assert services.review_of(nights.store, DRAFT) is not None


def test_whoever_may_not_publish_sees_everything_but_a_button(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(nights, copied(BLOCK_MIN))
    monkeypatch.setenv("AUTOTRAIN_PERSON", HERON.email)

    app = part("publishing")

    assert "Publishing takes the role designer." in said(app)
    assert {NOW, ASK}.isdisjoint(button.key for button in app.button)


def test_whoever_lost_the_right_since_is_refused(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))
    app = part("publishing")
    members, version = services.members(nights.store)
    gone = members.with_member(DEE.model_copy(update={"active": False}))
    services.save_members(nights.store, gone, replaces=version, actor=acting(ADA), at=nights.at)

    press(app, NOW)

    with pytest.raises(NotStoredError):
        published(nights, "Coupled Baiting", "2.3.1")


def test_without_a_renderer_it_is_said_what_is_missing(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> Curriculum:
        raise NoRendererError("Install graphviz.")

    kept(nights, copied(BLOCK_MIN))
    monkeypatch.setattr(services, "publishing_plan", fails)

    app = part("publishing")

    assert "Nothing here can draw the diagrams" in said(app)
    assert "Install graphviz." in said(app)
    assert NOW not in [button.key for button in app.button]


def test_a_draft_that_cannot_be_saved_is_not_offered(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> object:
        raise StoreUnavailableError("The store is away.")

    kept(nights, copied())
    app = part("changes")
    desk_of(app).do(BLOCK_MIN)
    monkeypatch.setattr(services, "save_or_merge", fails)
    app.query_params["part"] = "publishing"

    app.run()

    assert "It is not saved yet: The store is away." in said(app)
    assert NOW not in [button.key for button in app.button]


def test_a_document_of_the_new_format_says_that_rigs_will_not_list_it(nights: Nights) -> None:
    kept(nights, written())
    app = part("publishing")
    app.text_input(key=REASON).set_value("the order of the rules is meant")

    app = press(app, NOW)

    assert "rigs" in said(app)
    assert published(nights, "Toy", "1").schema_version == "2.0"


def test_no_name_on_the_page_becomes_markup(nights: Nights) -> None:
    attack = "<img src=x onerror=alert(1)>"
    kept(nights, written(**document({attack: []}, name="Toy")))

    app = part("publishing")

    assert attack not in drawn(app)


def test_what_is_published_after_a_first_version_follows_from_the_first(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))
    app = press(part("publishing"), NOW)
    desk_of(app).settle(wait=True)
    again = part("changes")
    desk_of(again).do(SetDescription("once more"))
    again.query_params["part"] = "publishing"

    press(again.run(), NOW, changelog="Words")

    assert published(nights, "Coupled Baiting", "2.3.2").based_on == "Coupled Baiting@2.3.1"


def test_what_was_published_and_lost_files_is_completed(nights: Nights, place: Path) -> None:
    kept(nights, copied(BLOCK_MIN))
    app = press(part("publishing"), NOW)
    desk_of(app).settle(wait=True)
    key = f"{RIGS}Coupled Baiting_curriculum_v2.3.1_schema_v1.0_rules.svg"
    (place / key).unlink()
    again = part("publishing")
    again.text_input(key=VERSION).set_value("2.3.1").run()

    press(again, NOW)

    assert nights.home.get(key)


def test_an_interrupted_request_is_said(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object, **__: object) -> object:
        raise StoreUnavailableError("The store is away.")

    kept(nights, copied(BLOCK_MIN))
    app = part("publishing")
    monkeypatch.setattr(services, "ask_review", silent)

    press(app, ASK)

    assert "The store is away." in said(app)


def test_a_waiting_request_is_said_before_another_one(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))
    press(part("publishing"), ASK)

    assert "to ask again replaces that" in said(part("publishing"))


def test_a_button_asks_for_the_version_that_it_names_and_no_other(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))
    app = part("publishing")

    app.text_input(key=VERSION).set_value("9")
    press(app, ASK)

    assert services.review_of(nights.store, DRAFT) is None


def test_a_policy_that_cannot_be_read_is_said(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))
    nights.store.write("policy", b"{", replaces="")

    assert "A document is wrong" in said(part("publishing"))
