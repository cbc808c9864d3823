// Requests to a server, by wrk, as many as it answers.

import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Process } from '../server/servers.mjs';
import { mean } from './statistics.mjs';

const script = fileURLToPath(new URL('load.lua', import.meta.url));

// For so many seconds (also less than the one that wrk can count) keep so many connections busy with GET /api/data, or with saves of `bodyFile`. Returns
// requests per second (`rate`), the 99th percentile of their times in microseconds (`p99`), and how many
// were `refused` (an answer over 399), `lost` (the connection broke) and `late` (over two seconds).
export async function load(port, { connections, seconds, headers = {}, bodyFile }) {
    const args = ['-t', '1', '-c', String(connections), '-d', `${Math.ceil(seconds)}s`, '-s', script];
    for (const [name, value] of Object.entries(headers))
        args.push('-H', `${name}: ${value}`);
    args.push(`http://127.0.0.1:${port}/api/data`, ...bodyFile ? ['--', bodyFile] : []);
    const wrk = new Process('wrk', args, {});
    if (seconds < 1) { // a signal ends the load, not the report
        await sleep(seconds * 1000);
        wrk.child.kill('SIGINT');
    }
    const { code } = await wrk.exited;
    const line = wrk.output.split('\n').find((text) => text.startsWith('{'));
    const result = line && JSON.parse(line);
    if (code !== 0 || !result || result.requests === result.refused)
        throw new Error(`wrk ${args.join(' ')}: ${wrk.output}${wrk.log}`);
    return result;
}

// Of several loads of one kind: "1234/s, 3.4 ms", and what went wrong, if anything did.
export function summary(loads) {
    const total = (name) => loads.reduce((sum, one) => sum + one[name], 0);
    const faults = ['refused', 'lost', 'late'].filter((name) => total(name) > 0)
        .map((name) => `${total(name)} ${name}`);
    const p99 = mean(loads.map((one) => one.p99)) / 1000;
    return [`${mean(loads.map((one) => one.rate)).toFixed(0)}/s`, `${p99.toFixed(p99 < 10 ? 1 : 0)} ms`, ...faults]
        .join(', ');
}
