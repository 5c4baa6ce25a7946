from django.urls import URLPattern

municipality_urls: list[URLPattern] = []
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
