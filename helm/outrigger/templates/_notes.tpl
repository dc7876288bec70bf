{{- /* What people read after an installation. A chart that depends on this one includes it in its own NOTES.txt. */}}
{{- define "outrigger.notes" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- if $o.enabled -}}
{{- $selector := list -}}
{{- range $name, $value := include "outrigger.podSelector" . | fromYaml }}{{ $selector = append $selector (printf "%s=%s" $name $value) }}{{ end -}}
{{- $first := first $o.config.listeners -}}
Outrigger runs beside the app in each pod of {{ join "," $selector }}, as {{ if include "outrigger.isNative" . }}a native sidecar: it starts before the app and ends after it{{ else }}an ordinary container: it starts with the app, and goes on for a while when both are told to end{{ end }}.

The app's calls go to:
{{ range $i, $listener := $o.config.listeners }}
  {{ include "outrigger.variable" (dict "i" $i "name" $listener.name) }}={{ include "outrigger.url" $listener }}
{{- end }}

Try it from here:

  pod=$(kubectl --namespace {{ .Release.Namespace }} get pod --selector {{ join "," $selector }} --output name | head -n 1)
  kubectl --namespace {{ .Release.Namespace }} port-forward "$pod"{{ range $o.config.listeners }}{{ with regexFind "[0-9]+$" .address }} {{ . }}{{ end }}{{ end }}{{ with dig "address" "" ($o.config.admin | default dict) | regexFind "[0-9]+$" }} {{ . }}{{ end }} {{ include "outrigger.telemetryPort" . }}

and in another terminal:

  {{ include "outrigger.curl" . }}
  curl -s http://127.0.0.1:{{ include "outrigger.telemetryPort" . }}/metrics
{{- with dig "address" "" ($o.config.admin | default dict) | regexFind "[0-9]+$" }}

The dashboard is at http://127.0.0.1:{{ . }}/ then.
{{- end }}

Changes of its configuration reach the pods within a minute or two, without a restart.
{{- end -}}
{{- end }}

{{- /* A call that the first route takes; without routes, or when it looks at more, one that the first listener takes. */}}
{{- define "outrigger.curl" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- $listener := first $o.config.listeners -}}
{{- $match := dict -}}
{{- with $o.config.routes }}{{ $match = (first .).match | default dict }}{{ end -}}
{{- $path := dig "path" "exact" (dig "path" "prefix" "/" $match) $match -}}
{{- $method := "" -}}
{{- if and $match.methods (not (has "GET" $match.methods)) }}{{ $method = printf " -X %s" (first $match.methods) }}{{ end -}}
{{- $host := "" -}}
{{- with $match.hosts }}{{ $host = printf " -H 'host: %s'" (first . | replace "*" "any") }}{{ end -}}
curl -i{{ $method }}{{ $host }} {{ if hasPrefix "unix:" $listener.address }}--unix-socket {{ trimPrefix "unix:" $listener.address }} http://localhost{{ else }}{{ include "outrigger.url" $listener }}{{ end }}{{ $path }}
{{- end }}
