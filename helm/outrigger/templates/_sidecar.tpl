{{- /*
What a Deployment includes:

    spec:
      initContainers:
        {{- include "outrigger.initContainers" . | nindent 8 }}
      containers:
        {{- include "outrigger.containers" . | nindent 8 }}
        - name: app
          env:
            {{- include "outrigger.env" . | nindent 12 }}
      volumes:
        {{- include "outrigger.volumes" . | nindent 8 }}

The first or the second of them is empty, as nativeSidecar says; the env is for apps that want the URL by a variable.
*/}}

{{- define "outrigger.initContainers" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- if and $o.enabled (include "outrigger.isNative" .) -}}
- name: outrigger
  restartPolicy: Always
  {{- include "outrigger.container" . | nindent 2 }}
{{- end -}}
{{- end }}

{{- define "outrigger.containers" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- if and $o.enabled (not (include "outrigger.isNative" .)) -}}
- name: outrigger
  {{- include "outrigger.container" . | nindent 2 }}
{{- end -}}
{{- end }}

{{- /* The folder is mounted as a whole: a file that is mounted by a subPath stays as it was at the start. */}}
{{- define "outrigger.volumes" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- if $o.enabled -}}
- name: outrigger-config
  configMap:
    name: {{ include "outrigger.name" . }}
{{- with $o.volumes }}
{{ toYaml . }}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* The URL of the first listener as OUTRIGGER_URL, those of the others with their names behind it. */}}
{{- define "outrigger.env" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- if $o.enabled -}}
{{- range $i, $listener := $o.config.listeners }}
- name: {{ include "outrigger.variable" (dict "i" $i "name" $listener.name) }}
  value: {{ include "outrigger.url" $listener | quote }}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "outrigger.variable" -}}
OUTRIGGER_URL{{ if .i }}_{{ .name | upper | replace "-" "_" | replace "." "_" }}{{ end }}
{{- end }}

{{- define "outrigger.container" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- $port := include "outrigger.telemetryPort" . -}}
image: {{ include "outrigger.image" . | quote }}
imagePullPolicy: {{ $o.image.pullPolicy }}
args: ["run", "-c", "/etc/outrigger/outrigger.yaml"]
ports:
  - name: outrigger-stats
    containerPort: {{ $port }}
    protocol: TCP
{{- with $o.env }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $o.envFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
startupProbe:
  httpGet: {path: /startup, port: {{ $port }}}
  {{- toYaml $o.probes.startup | nindent 2 }}
livenessProbe:
  httpGet: {path: /healthz, port: {{ $port }}}
  {{- toYaml $o.probes.liveness | nindent 2 }}
readinessProbe:
  httpGet: {path: /ready, port: {{ $port }}}
  {{- toYaml $o.probes.readiness | nindent 2 }}
resources:
  {{- toYaml $o.resources | nindent 2 }}
securityContext:
  {{- toYaml $o.securityContext | nindent 2 }}
volumeMounts:
  - name: outrigger-config
    mountPath: /etc/outrigger
    readOnly: true
  {{- with $o.volumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
