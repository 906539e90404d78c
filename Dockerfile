FROM python:3.13.7-slim-trixie AS build
WORKDIR /src
RUN python -m venv /opt/kuulolla
# The dependencies first: they change less often than the code.
COPY constraints.txt pyproject.toml LICENSE README.md ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > /tmp/requirements.txt \
 && /opt/kuulolla/bin/pip install --no-cache-dir --constraint constraints.txt --requirement /tmp/requirements.txt
COPY bots bots
COPY config config
COPY core core
COPY storage storage
RUN PIP_CONSTRAINT=constraints.txt /opt/kuulolla/bin/pip install --no-cache-dir --no-deps .
# 15 seconds and 700 MB of memory, which no start then takes.
RUN /opt/kuulolla/bin/python -m bots.dictionary_maker /opt/kuulolla/dictionaries

FROM python:3.13.7-slim-trixie
# pg_dump and pg_restore, for `kuulolla backup` on the PostgreSQL of docker-compose.yml.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /srv/kuulolla --create-home kuulolla
COPY --from=build /opt/kuulolla /opt/kuulolla
ENV PATH=/opt/kuulolla/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    KUULOLLA_HOST=0.0.0.0 \
    KUULOLLA_PORT=8080 \
    KUULOLLA_LOG_FORMAT=json \
    KUULOLLA_DICTIONARIES=/opt/kuulolla/dictionaries \
    KUULOLLA_PLAYGROUND=off
WORKDIR /srv/kuulolla
# Made before USER, so that new volumes belong to the service.
RUN install -d -o kuulolla -g kuulolla var backups
# The example city; mount your own file and set KUULOLLA_CITY_FILE.
COPY config/*.yaml config/
USER kuulolla
VOLUME /srv/kuulolla/var
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:%s/healthz' % os.environ['KUULOLLA_PORT'], timeout=2)"]
STOPSIGNAL SIGTERM
CMD ["kuulolla", "run"]
