import { parser } from '@prometheus-io/lezer-promql';

/** Where Prometheus's own grammar does not read an expression; empty where it does. */
export function syntaxErrors(text) {
  // Grafana puts a length of time here.
  const expression = text.replaceAll('$__rate_interval', '1m');
  const errors = [];
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.type.isError) errors.push(`column ${node.from + 1}: ${expression.slice(node.from, node.from + 20)}`);
    },
  });
  return errors;
}
