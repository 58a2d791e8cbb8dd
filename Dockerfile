# One image for web, worker, beat and the secrets' first start; docker-compose.yml says which is which.
FROM python:3.11-slim-bookworm AS dependencies
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /assay/.venv \
 && /assay/.venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.lock

FROM python:3.11-slim-bookworm
# For names in packs that the pack's own font cannot draw: nearly every script.
RUN apt-get update \
 && apt-get install -y --no-install-recommends fonts-noto-core fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
# A fixed number, so that a volume's files belong to the same user after every update.
RUN groupadd --system --gid 10001 assay \
 && useradd --system --uid 10001 --gid assay --home-dir /var/lib/assay --shell /usr/sbin/nologin assay \
 && install -d -o assay -g assay -m 0700 /var/lib/assay \
 && install -d -o assay -g assay -m 0755 /var/lib/assay-secrets
COPY --from=dependencies /assay/.venv /assay/.venv
COPY . /assay
WORKDIR /assay
# Compiled once here: the running container's file system is read-only.
RUN /assay/.venv/bin/python -m compileall -q config core revenue coaching metrics scoreboard
ENV PATH=/assay/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    ASSAY_HOME=/var/lib/assay
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s --retries=3 CMD ["python", "-m", "config.container.health", "web"]
ENTRYPOINT ["python", "-m", "config.container"]
CMD ["web"]
