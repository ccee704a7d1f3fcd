# Pôle for production: the locked requirements and the code, run by nobody in particular, writing nowhere but /data.
FROM python:3.13-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends gettext && rm -rf /var/lib/apt/lists/*
RUN python -m venv /venv
COPY requirements.txt /build/
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r /build/requirements.txt
COPY locale /build/locale
RUN msgfmt --check-format -o /build/locale/fr/LC_MESSAGES/django.mo /build/locale/fr/LC_MESSAGES/django.po

FROM python:3.13-slim
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY pole pole
COPY cases cases
COPY assessment assessment
COPY protocols protocols
COPY alerts alerts
COPY desk desk
COPY templates templates
COPY static static
COPY --from=build /build/locale locale
RUN mkdir /data && chown 10001:10001 /data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 POLE_DATA_DIR=/data
USER 10001:10001
VOLUME /data
# No command: docker-compose.yml says which process this is.
