# Kompas Live as an image: `docker build -t kompas-live .`; compose.yaml starts it with all that it needs.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /opt/kompas-live
COPY requirements.txt .
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
# pg_dump and pg_restore, for backups. Debian mends them within one release: a pinned version would only be gone one day.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/kompas-live --create-home kompas
WORKDIR /opt/kompas-live
COPY --from=packages /opt/kompas-live/.venv .venv
COPY sessions sessions
COPY static static
COPY templates templates
COPY workshop workshop
ENV PATH=/opt/kompas-live/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    WORKSHOP_HOST=0.0.0.0 \
    WORKSHOP_DATABASE_URL=sqlite+aiosqlite:////var/lib/kompas-live/workshop.sqlite \
    WORKSHOP_TOMBSTONES_FILE=/var/lib/kompas-live/kompas-gewist.txt
RUN python -m compileall -q workshop
USER 10001
VOLUME /var/lib/kompas-live
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "workshop"]
CMD ["serve"]
