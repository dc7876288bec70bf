/**
 * Writes the Prometheus rules that watch what routes promise. Knows the configuration only. Source: Betsy Beyer et al.
 * (ed.), The Site Reliability Workbook, 2018, chapter 5, alerts over several windows and burn rates.
 */
@NullMarked
package io.outrigger.proxy.slo;

import org.jspecify.annotations.NullMarked;
