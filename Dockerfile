# One image for the nightly run and for the app; docs/deploy.md says how it is used, compose.yaml starts both.
# Anything that changes is in the store: the root file system may be read-only, with a small /tmp.

FROM python:3.12-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_NO_INPUT=1

WORKDIR /src

# First what changes seldom: the packages. Each is checked by its hash, and none is compiled here.
COPY constraints.txt ./
RUN python -m venv --without-pip /opt/autotrain \
    && python -m pip --python /opt/autotrain/bin/python install \
        --require-hashes --only-binary :all: --requirement constraints.txt

COPY LICENSE README.md app.py pyproject.toml serve.py ./
COPY .streamlit/config.toml .streamlit/
COPY autotrain_core autotrain_core/
COPY autotrain_ui autotrain_ui/
COPY curriculums curriculums/
COPY pages pages/

# These packages only build the program: what runs it does without them.
RUN python -m pip --python /opt/autotrain/bin/python install --no-deps --no-build-isolation . \
    && python -m pip --python /opt/autotrain/bin/python uninstall --yes \
        hatchling pathspec pluggy tomlkit trove-classifiers \
    && ln -s lib/python3.12/site-packages/autotrain_app /opt/autotrain/app

# A first test, far from the sources.
WORKDIR /
RUN /opt/autotrain/bin/autotrain --version && test -f /opt/autotrain/app/serve.py


FROM python:3.12-slim

LABEL org.opencontainers.image.title="autotrain" \
      org.opencontainers.image.description="Decides what each mouse trains on tomorrow, and says why." \
      org.opencontainers.image.licenses="MIT"

ENV PATH=/opt/autotrain/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TZ=UTC

# The number is fixed, so that whoever mounts a folder for a folder store can make it writable for this user.
RUN python -m pip uninstall --yes pip \
    && groupadd --gid 10001 autotrain \
    && useradd --uid 10001 --gid autotrain --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin autotrain \
    && install --directory --owner autotrain --group autotrain /etc/autotrain /var/lib/autotrain

COPY --from=build /opt/autotrain /opt/autotrain

USER 10001:10001

# An autotrain.toml that is mounted here is found without being named.
WORKDIR /etc/autotrain

# A single run that is the first process of its container would not hear SIGTERM; it hears SIGINT.
STOPSIGNAL SIGINT

# Reads the store and says whether the last run is recent; the app has a check of its own, see compose.yaml.
HEALTHCHECK --interval=10m --timeout=1m --start-period=15m --retries=2 CMD ["autotrain", "status"]

ENTRYPOINT ["autotrain"]
CMD ["run", "--log", "json"]
