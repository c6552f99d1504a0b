/** Connections to PostgreSQL that one process may hold, by what they are for. */
export interface ConnectionBudget {
  pool: number;
  writeLanes: number;
}

/** Two that read, one that listens for runs. */
const OTHERS = 3;
const OF_ONE_PROCESS = { most: 27, least: 9 };
/** All processes together have to fit PostgreSQL's `max_connections`, 100 unless set, beside what else is connected. */
const OF_ALL = 84;

/** What each of so many processes may hold. */
export function connectionBudget(workers: number): ConnectionBudget {
  const share = Math.max(OF_ONE_PROCESS.least, Math.min(OF_ONE_PROCESS.most, Math.floor(OF_ALL / workers)));
  const writeLanes = share >= 16 ? 4 : 2;
  return { writeLanes, pool: share - writeLanes - OTHERS };
}
