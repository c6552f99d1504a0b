import type { ClientBase, Pool } from "pg";

/** A node of a plan as PostgreSQL explains it in JSON, as far as it is looked at. */
export interface PlanNode {
  "Relation Name"?: string;
  "Index Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  Plans?: PlanNode[];
}

/** Executes a statement, and answers all nodes of its plan. */
export async function explainAnalyzed(
  database: Pick<ClientBase, "query"> | Pick<Pool, "query">,
  text: string,
  values: unknown[],
): Promise<PlanNode[]> {
  const { rows } = await database.query<{ "QUERY PLAN": [{ Plan: PlanNode }] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    values,
  );
  const nodes = rows.map((row) => row["QUERY PLAN"][0].Plan);
  for (const node of nodes) nodes.push(...(node.Plans ?? []));
  return nodes;
}

/** How many rows were read of tables and indexes. */
export const rowsRead = (nodes: readonly PlanNode[]): number =>
  nodes
    .filter((node) => node["Relation Name"] ?? node["Index Name"])
    .reduce(
      (sum, node) => sum + (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"],
      0,
    );
