from django.urls import URLPattern, path

from apps.reviews.views import advice, meetings, reviews, rules, statements, voting

municipality_urls: list[URLPattern] = []
programme_urls: list[URLPattern] = [
    path("panel/", reviews.overview, name="panel-staff"),
    path("panel/open/<slug:kind>/<uuid:subject_id>/", reviews.open_review, name="panel-open"),
    path("panel/reviews/<uuid:review_id>/", reviews.detail, name="panel-review-staff"),
    path("panel/reviews/<uuid:review_id>/assign/", reviews.assign, name="panel-assign"),
    path("panel/assignments/<uuid:assignment_id>/remove/", reviews.unassign, name="panel-unassign"),
    path("panel/reviews/<uuid:review_id>/remind/", reviews.remind, name="panel-remind"),
    path("panel/reviews/<uuid:review_id>/vote/", reviews.start_vote, name="panel-start-vote"),
    path("panel/reviews/<uuid:review_id>/close/", reviews.close_vote, name="panel-close-vote"),
    path("panel/reviews/<uuid:review_id>/call-off/", reviews.call_off, name="panel-call-off"),
    path("panel/rules/", rules.rules, name="panel-rules"),
    path("panel/meetings/", meetings.staff_list, name="panel-meetings-staff"),
    path("panel/meetings/new/", meetings.call, name="panel-meeting-new"),
    path("panel/meetings/<uuid:meeting_id>/", meetings.staff_detail, name="panel-meeting-staff"),
    path("panel/meetings/<uuid:meeting_id>/edit/", meetings.edit, name="panel-meeting-edit"),
    path("panel/meetings/<uuid:meeting_id>/agenda/", meetings.add_item, name="panel-agenda-add"),
    path("panel/agenda/<uuid:item_id>/move/", meetings.move_item, name="panel-agenda-move"),
    path("panel/agenda/<uuid:item_id>/remove/", meetings.remove_item, name="panel-agenda-remove"),
    path("panel/meetings/<uuid:meeting_id>/minutes/", meetings.minutes, name="panel-minutes"),
    path("panel/meetings/<uuid:meeting_id>/approve/", meetings.approve, name="panel-minutes-approve"),
    path("panel/advice/", advice.staff_list, name="panel-advice-staff"),
    path("panel/advice/<uuid:advice_id>/", advice.answer, name="panel-advice-answer"),
]
workshop_urls: list[URLPattern] = [
    path("panel/", voting.home, name="panel-home"),
    path("panel/meetings/", meetings.member_list, name="panel-meetings"),
    path("panel/meetings/<uuid:meeting_id>/", meetings.member_detail, name="panel-meeting"),
    path("panel/meetings/<uuid:meeting_id>/agenda.pdf", meetings.agenda_file, name="panel-agenda-pdf"),
    path("panel/meetings/<uuid:meeting_id>/minutes.pdf", meetings.minutes_file, name="panel-minutes-pdf"),
    path("panel/meetings/<uuid:meeting_id>/date.ics", meetings.date_file, name="panel-meeting-date"),
    path("panel/advice/", advice.member_list, name="panel-advice-list"),
    path("panel/advice/new/", advice.draft, name="panel-advice-new"),
    path("panel/advice/<uuid:advice_id>/", advice.detail, name="panel-advice"),
    path("panel/advice/<uuid:advice_id>/edit/", advice.edit, name="panel-advice-edit"),
    path("panel/advice/<uuid:advice_id>/sign/", advice.sign, name="panel-advice-sign"),
    path("panel/advice/<uuid:advice_id>/give/", advice.give, name="panel-advice-give"),
    path("panel/conditions/<uuid:condition_id>/", statements.condition, name="panel-condition"),
    path("panel/conditions/<uuid:condition_id>/met/", statements.say_met, name="panel-condition-met"),
    path("panel/conditions/<uuid:condition_id>/judge/", statements.judge, name="panel-condition-judge"),
    path("panel/statements/<uuid:statement_id>/edit/", statements.rewrite, name="panel-statement-edit"),
    path("panel/statements/<uuid:statement_id>/sign/", statements.sign, name="panel-statement-sign"),
    path("panel/statements/<uuid:statement_id>/unsign/", statements.unsign, name="panel-statement-unsign"),
    path("panel/<uuid:review_id>/", voting.review, name="panel-review"),
    path("panel/<uuid:review_id>/seen/", voting.seen, name="panel-seen"),
    path("panel/<uuid:review_id>/conflict/", voting.conflict, name="panel-conflict"),
    path("panel/<uuid:review_id>/scores/", voting.scores, name="panel-scores"),
    path("panel/<uuid:review_id>/vote/", voting.vote, name="panel-vote"),
    path("panel/<uuid:review_id>/statement/", statements.write, name="panel-statement"),
]
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = [path("panel/advice/", advice.public_list, name="panel-advice-public")]
