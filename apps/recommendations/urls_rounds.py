from django.urls import URLPattern, path

from apps.recommendations.views import comments, contributions, dispositions, rounds

municipality_urls: list[URLPattern] = []
programme_urls: list[URLPattern] = [
    path("recommendations/<uuid:version_id>/round/", rounds.open_round, name="recommendations-round-open"),
    path("recommendations/rounds/<uuid:round_id>/", rounds.manage, name="recommendations-round-manage"),
    path("recommendations/rounds/<uuid:round_id>/invite/", rounds.invite, name="recommendations-round-invite"),
    path("recommendations/rounds/<uuid:round_id>/extend/", rounds.extend, name="recommendations-round-extend"),
    path("recommendations/rounds/<uuid:round_id>/abstain/", rounds.abstain, name="recommendations-round-abstain"),
    path("recommendations/rounds/<uuid:round_id>/close/", rounds.close, name="recommendations-round-close"),
    path("recommendations/rounds/<uuid:round_id>/call-off/", rounds.call_off, name="recommendations-round-call-off"),
    path(
        "recommendations/rounds/<uuid:round_id>/contributions/",
        contributions.summaries,
        name="recommendations-round-contributions",
    ),
]
workshop_urls: list[URLPattern] = [
    path("rounds/", comments.mine, name="recommendations-rounds"),
    path("rounds/comments/<uuid:comment_id>/", comments.thread, name="recommendations-comment"),
    path("rounds/comments/<uuid:comment_id>/agree/", comments.agree, name="recommendations-comment-agree"),
    path("rounds/comments/<uuid:comment_id>/withdraw/", comments.withdraw, name="recommendations-comment-withdraw"),
    path(
        "rounds/comments/<uuid:comment_id>/disposition/",
        dispositions.disposition,
        name="recommendations-comment-disposition",
    ),
    path("rounds/<uuid:round_id>/", comments.overview, name="recommendations-round"),
    path("rounds/<uuid:round_id>/seen/", comments.seen, name="recommendations-round-seen"),
    path("rounds/<uuid:round_id>/comments/", comments.comment_list, name="recommendations-round-comments"),
    path("rounds/<uuid:round_id>/whole/", comments.whole, name="recommendations-round-whole"),
    path("rounds/<uuid:round_id>/text/<slug:name>/", comments.section, name="recommendations-round-section"),
    path(
        "rounds/<uuid:round_id>/text/<slug:name>/comments/",
        comments.section_comments,
        name="recommendations-round-section-comments",
    ),
    path("rounds/<uuid:round_id>/blocks/<uuid:block_id>/", comments.block, name="recommendations-round-block"),
    path("rounds/<uuid:round_id>/word/", comments.word, name="recommendations-round-word"),
    path("rounds/<uuid:round_id>/mine/", comments.became, name="recommendations-round-mine"),
    path("rounds/<uuid:round_id>/confidential/", contributions.contribute, name="recommendations-round-contribute"),
    path("rounds/<uuid:round_id>/dispositions/", dispositions.dispositions, name="recommendations-round-dispositions"),
    path("rounds/<uuid:round_id>/comments.xlsx", dispositions.spreadsheet, name="recommendations-round-xlsx"),
    path("rounds/<uuid:round_id>/synopsis/", dispositions.synopsis_pdf, name="recommendations-round-synopsis"),
    path("rounds/<uuid:round_id>/synopsis.pdf", dispositions.synopsis_file, name="recommendations-round-synopsis-file"),
]
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
