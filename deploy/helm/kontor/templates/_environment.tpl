{{- define "kontor.fromSecret" -}}
- name: {{ index . 0 }}
  valueFrom: { secretKeyRef: { name: {{ index . 1 | quote }}, key: {{ index . 2 | quote }} } }
{{ end }}

{{/* The environment of a service, by what it needs. Call with (list $ $name $service). */}}
{{- define "kontor.environment" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $service := index . 2 -}}
{{- $secret := $root.Values.secrets.existingSecret -}}
{{- $keys := $root.Values.secrets.keys -}}
{{- range $variable, $value := $root.Values.config }}
- name: {{ $variable }}
  value: {{ $value | quote }}
{{- end }}
- name: KONTOR_LEAVE_MS
  value: "5000"
- name: KONTOR_DRAIN_MS
  value: {{ mul $service.graceSeconds 1000 | quote }}
- name: KONTOR_METRICS_PORT
  value: "9464"
- name: KONTOR_METRICS_HOST
  value: 0.0.0.0
{{- if and $service.api $root.Values.allowedHosts }}
- name: KONTOR_ALLOWED_HOSTS
  value: {{ $root.Values.allowedHosts | quote }}
{{- end }}
{{- if eq $name "ingestion" }}
# The name under which admin-api reaches it.
- name: KONTOR_ALLOWED_HOSTS
  value: {{ include "kontor.name" $root }}-ingestion
{{- end }}
{{- if has "operator" $service.needs }}
{{ include "kontor.fromSecret" (list "KONTOR_OPERATOR_TOKEN" $secret $keys.operatorToken) -}}
{{ include "kontor.fromSecret" (list "KONTOR_SESSION_KEY" $secret $keys.sessionKey) -}}
{{- end }}
{{- if has "imports" $service.needs }}
- name: KONTOR_INGESTION_URL
  value: http://{{ include "kontor.name" $root }}-ingestion:7700
# For the command line in this pod: kubectl exec deploy/…-admin-api -- node apps/standalone/dist/cli/main.js jobs list
- name: KONTOR_ADMIN_URL
  value: http://127.0.0.1:7700
{{- end }}
{{- if has "database" $service.needs }}
{{ include "kontor.fromSecret" (list "KONTOR_DATABASE_URL" $secret $keys.databaseUrl) -}}
{{- end }}
{{- if and (eq $name "chat-api") $keys.searchDatabaseUrl }}
{{ include "kontor.fromSecret" (list "KONTOR_SEARCH_DATABASE_URL" $secret $keys.searchDatabaseUrl) -}}
{{- end }}
{{- if has "redis" $service.needs }}
{{ include "kontor.fromSecret" (list "KONTOR_REDIS_URL" $secret $keys.redisUrl) -}}
{{- end }}
{{- if has "kafka" $service.needs }}
{{ include "kontor.kafka" $root -}}
{{- end }}
{{- if has "s3" $service.needs }}
{{ include "kontor.s3" $root -}}
{{- end }}
{{- if has "models" $service.needs }}
{{ include "kontor.models" $root }}
- name: KONTOR_MODEL_PULL
  value: "off"
{{- end }}
{{- if has "chat" $service.needs }}
{{- include "kontor.chatServer" $root }}
{{- end }}
{{- end }}

{{/* Where answers are written elsewhere: the model of that name is then fetched by nobody. */}}
{{- define "kontor.chatAddress" -}}
{{- with .Values.chatServer -}}
{{- if .url }}
- name: KONTOR_CHAT_URL
  value: {{ .url | quote }}
- name: KONTOR_CHAT_URL_EXTERNAL
  value: {{ ternary "on" "off" .external | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- define "kontor.chatServer" -}}
{{- include "kontor.chatAddress" . }}
{{- with .Values.chatServer -}}
{{- if .url }}
- name: KONTOR_CHAT_PARALLEL
  value: {{ .parallel | quote }}
- name: KONTOR_CHAT_THINKING
  value: {{ ternary "on" "off" .thinking | quote }}
{{- if .keyFromSecret }}
{{ include "kontor.fromSecret" (list "KONTOR_CHAT_KEY" $.Values.secrets.existingSecret $.Values.secrets.keys.chatKey) -}}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "kontor.kafka" -}}
{{- with .Values.kafka -}}
- name: KONTOR_KAFKA_BROKERS
  value: {{ .brokers | quote }}
{{- if .tls }}
- name: KONTOR_KAFKA_TLS
  value: "on"
{{- end }}
{{- if .sasl }}
- name: KONTOR_KAFKA_SASL
  value: {{ .sasl }}
{{ include "kontor.fromSecret" (list "KONTOR_KAFKA_ACCOUNT" $.Values.secrets.existingSecret $.Values.secrets.keys.kafkaAccount) -}}
{{ include "kontor.fromSecret" (list "KONTOR_KAFKA_PASSWORD" $.Values.secrets.existingSecret $.Values.secrets.keys.kafkaPassword) -}}
{{- end }}
{{- end }}
{{- end }}

{{- define "kontor.s3" -}}
{{- with .Values.s3 -}}
- name: KONTOR_S3_REGION
  value: {{ .region | quote }}
- name: KONTOR_S3_BUCKET
  value: {{ .bucket | quote }}
{{- if .endpoint }}
- name: KONTOR_S3_ENDPOINT
  value: {{ .endpoint | quote }}
{{- end }}
{{- if .keysFromSecret }}
{{ include "kontor.fromSecret" (list "KONTOR_S3_ACCESS_KEY" $.Values.secrets.existingSecret $.Values.secrets.keys.s3AccessKey) -}}
{{ include "kontor.fromSecret" (list "KONTOR_S3_SECRET_KEY" $.Values.secrets.existingSecret $.Values.secrets.keys.s3SecretKey) -}}
{{- end }}
{{- end }}
{{- end }}

{{- define "kontor.models" -}}
{{- with .Values.models -}}
- name: KONTOR_HOME
  value: /var/lib/kontor/home
{{- if .chat }}
- name: KONTOR_CHAT_MODEL
  value: {{ .chat | quote }}
{{- end }}
{{- if .embedder }}
- name: KONTOR_EMBEDDER
  value: {{ .embedder | quote }}
{{- end }}
{{- if .hubUrl }}
- name: KONTOR_HUB_URL
  value: {{ .hubUrl | quote }}
{{- end }}
{{- end }}
{{- end }}
