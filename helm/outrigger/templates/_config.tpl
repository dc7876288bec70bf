{{- /* Outrigger's own configuration, and what the pod has to know of it: each fact is read from there. */}}

{{- define "outrigger.config" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- include "outrigger.check" . -}}
{{- $given := deepCopy $o.config -}}
{{- range $policies := append ($given.routes | default list) ($given.defaults | default dict) -}}
{{- include "outrigger.on" (get $policies "retry") -}}
{{- include "outrigger.on" (get $policies "fallback") -}}
{{- end -}}
{{- $filled := dict "service" .Release.Name "drain" (include "outrigger.drain" . | fromYaml) -}}
{{- toYaml (mergeOverwrite $filled $given) -}}
{{- end }}

{{- /* Helm reads a key `on` as the key `true`, as YAML 1.1 has it. */}}
{{- define "outrigger.on" -}}
{{- if and (kindIs "map" .) (hasKey . "true") -}}
{{- $_ := set . "on" (get . "true") -}}
{{- $_ := unset . "true" -}}
{{- end -}}
{{- end }}

{{- /*
A native sidecar is told to stop when the app has ended: it has only to finish what is in flight. An ordinary container
is told at the same time as the app, and has to take its calls as long as it can: it stops to accept 5 s before its
timeout, or in the middle of one under 10 s.
*/}}
{{- define "outrigger.drain" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- $given := $o.config.drain | default dict -}}
{{- $grace := int $o.terminationGracePeriodSeconds -}}
{{- $timeout := sub $grace 5 | int -}}
{{- with $given.timeout }}{{ $timeout = include "outrigger.seconds" . | int }}{{ end -}}
{{- if gt $timeout (sub $grace 2 | int) -}}
{{- fail (printf "outrigger: config.drain.timeout: %v (expected: at least 2s less than terminationGracePeriodSeconds, which is %d)" $given.timeout $grace) -}}
{{- end -}}
minimum: {{ if include "outrigger.isNative" . }}0s{{ else }}{{ ternary (sub $timeout 5) (div $timeout 2) (ge $timeout 10) }}s{{ end }}
quiet: 1s
timeout: {{ $timeout }}s
{{- end }}

{{- /* 1m30s as 90, rounded up. */}}
{{- define "outrigger.seconds" -}}
{{- $millis := 0 -}}
{{- range regexFindAll "[0-9]+(ms|h|m|s)" (toString .) -1 -}}
{{- $unit := regexFind "[a-z]+" . -}}
{{- $millis = add $millis (mul (regexFind "[0-9]+" . | int64) (get (dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000) $unit)) -}}
{{- end -}}
{{- div (add $millis 999) 1000 -}}
{{- end }}

{{- /* What no schema can say, and would only be noticed in the cluster. */}}
{{- define "outrigger.check" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- if not $o.config.upstreams -}}
{{- fail "outrigger: config.upstreams: empty (expected: one at least, such as payments: {endpoints: [\"payments.shop.svc:8080\"]})" -}}
{{- end -}}
{{- if not $o.config.listeners -}}
{{- fail "outrigger: config.listeners: empty (expected: one at least, which your app calls)" -}}
{{- end -}}
{{- range $i, $listener := $o.config.listeners -}}
{{- if not (regexMatch "^unix:/|:[1-9][0-9]*$" $listener.address) -}}
{{- fail (printf "outrigger: config.listeners[%d].address: %s (expected: host and port, or unix:/path, because the app has to know it)" $i $listener.address) -}}
{{- end -}}
{{- end -}}
{{- $telemetry := dig "address" "" ($o.config.telemetry | default dict) -}}
{{- if not (regexMatch ":[1-9][0-9]*$" $telemetry) -}}
{{- fail (printf "outrigger: config.telemetry.address: %q (expected: host and port, where the kubelet asks, such as 0.0.0.0:15102)" $telemetry) -}}
{{- end -}}
{{- if regexMatch "^(127\\.|localhost:|\\[::1\\])" $telemetry -}}
{{- fail (printf "outrigger: config.telemetry.address: %s (expected: an address that the kubelet reaches, such as 0.0.0.0:15102)" $telemetry) -}}
{{- end -}}
{{- end }}

{{- define "outrigger.telemetryPort" -}}
{{- include "outrigger.check" . -}}
{{- $o := default .Values .Values.outrigger -}}
{{- regexFind "[0-9]+$" (dig "telemetry" "address" "" $o.config) -}}
{{- end }}

{{- /* The base URL of calls through this listener, from within the pod. */}}
{{- define "outrigger.url" -}}
{{- $scheme := ternary "https" "http" (not (empty .tls)) -}}
{{- if hasPrefix "unix:" .address }}{{ .address }}
{{- else }}{{ $scheme }}://{{ .address | replace "0.0.0.0" "127.0.0.1" | replace "[::]" "[::1]" }}{{ end -}}
{{- end }}
