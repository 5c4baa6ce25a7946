from django.urls import path

from apps.demo import views

public_urls = [
    path("demo/", views.demo, name="demo"),
    path("demo/sign-in/", views.sign_in, name="demo-sign-in"),
]
