from django.urls import path

from apps.assessments.views import history, remarks

municipality_urls = [
    path(
        "assessments/<uuid:assessment_id>/answers/<str:name>/history/",
        history.history,
        name="assessments-history",
    ),
    path(
        "assessments/<uuid:assessment_id>/answers/<str:name>/remarks/",
        remarks.item_remarks,
        name="assessments-item-remarks",
    ),
    path("assessments/<uuid:assessment_id>/remarks/", remarks.assessment_remarks, name="assessments-remarks"),
    path("assessments/remarks/<uuid:remark_id>/reply/", remarks.reply, name="assessments-remark-reply"),
    path("assessments/remarks/<uuid:remark_id>/settle/", remarks.settle, name="assessments-remark-settle"),
]

programme_urls = [
    path("questions/", remarks.questions, name="remarks-questions"),
]
