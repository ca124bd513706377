import { benchFirstLoad } from './first-load'
import { benchMap } from './map'

/** `npm run bench`: prints the figures of performance.md that have a benchmark so far: the map's at n = 625, 2,500 and 10,000, and each screen's first load (needs `npm run build`). */
for (const row of benchMap()) console.log(JSON.stringify(row))
for (const row of await benchFirstLoad()) console.log(JSON.stringify({ what: `first load, ${row.screen}`, value: Number(row.kilobytes.toFixed(1)), unit: 'KB gz', limit: row.limit }))
