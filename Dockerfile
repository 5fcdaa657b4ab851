# The first stage has pip and its caches; the second only what runs.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements/run.txt /tmp/run.txt
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/run.txt \
    && /opt/venv/bin/pip uninstall -y pip setuptools

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=project.settings DATA_DIR=/data STATIC_ROOT=/static PRODUCTION=true SERVE_STATIC=false
# nginx reads the media through this group; see docker-compose.yml.
RUN groupadd --gid 1000 quayside && useradd --uid 1000 --gid quayside --no-create-home quayside \
    && install -d -o quayside -g quayside -m 0750 /data /static
COPY --from=build /opt/venv /opt/venv
COPY --chown=root:root backend /app
WORKDIR /app
USER 1000:1000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["uvicorn", "project.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", \
     "--timeout-graceful-shutdown", "20", "--no-proxy-headers", "--no-server-header"]
