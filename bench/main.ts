import { benchMap } from './map'

/** `npm run bench`: prints the figures of performance.md that have a benchmark so far, each at n = 625, 2,500 and 10,000. */
for (const row of benchMap()) console.log(JSON.stringify(row))
