# Two stages: what builds stays behind. Nothing is written into the image's own files when it runs, and it does not run as root.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv --without-pip /opt/linkbot
RUN pip --python /opt/linkbot/bin/python install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE manifest.yml ./
COPY bot ./bot
COPY commands ./commands
COPY storage ./storage
COPY sandbox ./sandbox
RUN pip --python /opt/linkbot/bin/python install --no-cache-dir --no-deps .
COPY deploy/health.py /opt/linkbot/health.py

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin linkbot && install -d -o linkbot /data
COPY --from=build /opt/linkbot /opt/linkbot
ENV PATH=/opt/linkbot/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    HOME=/data DATABASE_URL=sqlite:////data/linkbot.db LINKBOT_METRICS_PORT=9464
USER linkbot
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "/opt/linkbot/health.py"]
ENTRYPOINT ["linkbot"]
CMD ["run"]
