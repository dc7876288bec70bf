{{- /*
Names, labels and selectors. Each template here takes the root of the chart that includes it: this one, or one that
depends on it and has the values under `outrigger`.
*/}}

{{- define "outrigger.name" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- default (printf "%s-outrigger" (.Release.Name | trunc 53 | trimSuffix "-")) $o.nameOverride -}}
{{- end }}

{{- define "outrigger.labels" -}}
app.kubernetes.io/name: outrigger
app.kubernetes.io/part-of: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- /* The labels of the pods that have the sidecar. */}}
{{- define "outrigger.podSelector" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- if $o.podSelector -}}
{{- toYaml $o.podSelector -}}
{{- else -}}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
{{- end }}

{{- define "outrigger.image" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- if $o.image.digest -}}
{{ $o.image.repository }}@{{ $o.image.digest }}
{{- else -}}
{{ $o.image.repository }}:{{ $o.image.tag }}
{{- end -}}
{{- end }}

{{- /* "yes" where Kubernetes starts an init container before the app, and ends it after the app; else empty. */}}
{{- define "outrigger.isNative" -}}
{{- $o := default .Values .Values.outrigger -}}
{{- if eq (toString $o.nativeSidecar) "auto" -}}
{{- if semverCompare ">=1.29-0" .Capabilities.KubeVersion.Version }}yes{{ end -}}
{{- else if $o.nativeSidecar }}yes{{ end -}}
{{- end }}
