# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrate; docker-compose.yml says which is which.

FROM python:3.12-slim-bookworm AS build
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 PIP_NO_CACHE_DIR=1
RUN pip install --root-user-action=ignore "uv>=0.9,<1"
WORKDIR /app
COPY pyproject.toml uv.lock ./
# Without the groups "local" and "dev": no embedded database, no test tools.
RUN uv sync --frozen --no-default-groups

FROM python:3.12-slim-bookworm
# WeasyPrint makes the reports with Pango, HarfBuzz and Fontconfig.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 kfa \
    && useradd --system --uid 10001 --gid kfa --no-create-home --home-dir /tmp --shell /usr/sbin/nologin kfa \
    && install --directory --owner kfa --group kfa /srv/media /srv/static
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY . .
ENV DJANGO_SETTINGS_MODULE=config.settings.prod \
    PATH="/app/.venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp \
    KFA_BIND=0.0.0.0 \
    KFA_PORT=8000 \
    KFA_MEDIA_ROOT=/srv/media \
    KFA_STATIC_ROOT=/srv/static \
    KFA_BEAT_SCHEDULE=/tmp/beat-schedule
# The settings demand what a start demands; these values live for this one step and reach nothing.
RUN export DATABASE_URL=postgresql://build@build.invalid/build REDIS_URL=redis://build.invalid/0 \
        KFA_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
        KFA_ALLOWED_HOSTS=build.invalid KFA_EMAIL_HOST=build.invalid KFA_EMAIL_FROM=build@build.invalid \
    && export DATABASE_OWNER_URL="$DATABASE_URL" \
    && python manage.py translations compile \
    && python manage.py collectstatic --no-input --verbosity 0
USER kfa
EXPOSE 8000
CMD ["bin/web"]
