# pgmig as an image, without scripts: they are mounted at /project, or copied into an image FROM it.
#
#   docker build --tag pgmig .
#   docker run --rm --env PGMIG_DATABASE_URL --volume "$PWD:/project:ro" pgmig up --wait 60s
#
# Where pip needs an index of your own, hand its settings to the build; no layer keeps them:
#   docker build --secret id=pip_conf,src=pip.conf --tag pgmig .

FROM python:3.13-slim-bookworm AS build
# Extras to install too: --build-arg EXTRAS=embedded brings a PostgreSQL for shadow databases.
ARG EXTRAS=""
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY pgmig ./pgmig
RUN --mount=type=secret,id=pip_conf,target=/etc/pip.conf \
    python3 -m venv --without-pip /opt/pgmig && \
    pip --python /opt/pgmig install --no-cache-dir "./${EXTRAS:+[$EXTRAS]}"

FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title="pgmig" \
      org.opencontainers.image.description="Versioned migrations for PostgreSQL" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --no-create-home --no-log-init --uid 10001 --user-group --shell /usr/sbin/nologin pgmig
COPY --from=build /opt/pgmig /opt/pgmig
ENV PATH=/opt/pgmig/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /project
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=10s --start-period=5s --retries=3 CMD ["pgmig", "--version"]
ENTRYPOINT ["pgmig"]
CMD ["status"]
