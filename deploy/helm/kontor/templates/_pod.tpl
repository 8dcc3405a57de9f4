{{/* What every pod of Kontor has in common: no token, not root, no capability, nothing written outside its volumes. */}}
{{- define "kontor.podBasics" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{- range . }}
  - name: {{ . | quote }}
{{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "kontor.containerBasics" -}}
image: {{ include "kontor.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities: { drop: [ALL] }
{{- end }}

{{- define "kontor.probes" -}}
startupProbe:
  httpGet: { path: /health/live, port: http }
  periodSeconds: 2
  timeoutSeconds: 5
  failureThreshold: 90
livenessProbe:
  httpGet: { path: /health/live, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: { path: /health/ready, port: http }
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
{{- end }}

{{/* The company's own authority: a variable, a mount and a volume, each where it is named. */}}
{{- define "kontor.trustVariable" -}}
{{- if .Values.certificates.existingSecret }}
- name: NODE_EXTRA_CA_CERTS
  value: /etc/kontor/certificates/{{ .Values.certificates.key }}
{{- end }}
{{- end }}

{{- define "kontor.trustMount" -}}
{{- if .Values.certificates.existingSecret }}
- { name: certificates, mountPath: /etc/kontor/certificates, readOnly: true }
{{- end }}
{{- end }}

{{- define "kontor.trustVolume" -}}
{{- if .Values.certificates.existingSecret }}
- name: certificates
  secret: { secretName: {{ .Values.certificates.existingSecret | quote }}, defaultMode: 0440 }
{{- end }}
{{- end }}
