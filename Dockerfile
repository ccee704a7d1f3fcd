# Pôle for production: the locked requirements and the code, run by nobody in particular, writing nowhere but /data.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.txt requirements-dev.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
# The French catalogue is compiled by a tool that production does not carry.
RUN python -m venv /tools && /tools/bin/pip install --no-cache-dir --require-hashes -r requirements-dev.txt
COPY tools/messages.py tools/
COPY locale locale
RUN /tools/bin/python tools/messages.py --compile

FROM python:3.13-slim
# Letters of other scripts, for the PDF of a reading.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
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
