// What the settings of lighttpd.conf that are about speed are worth: requests per second and the 99th
// percentile of their times, with each of them changed, as a Markdown table. The servers take turns.
//
// usage: node lighttpd_settings.mjs [ROUNDS [SECONDS]]

import { lifetimeMake, post, startChangedLighttpd } from '../server/servers.mjs';
import { mean } from './statistics.mjs';
import { scheduleText } from './stored_schedule.mjs';
import { load, summary } from './wrk.mjs';

const rounds = Number(process.argv[2] ?? 3);
const seconds = Number(process.argv[3] ?? 1);

function replaced(from, to) {
    return (text) => {
        if (!from.test(text))
            throw new Error(`lighttpd.conf has no ${from}`);
        return text.replace(from, to);
    };
}

const variants = [
    ['as it is', (text) => text],
    ['`server.max-worker = 2`', (text) => `server.max-worker = 2\n${text}`],
    ['`server.stream-response-body = 1`', replaced(/stream-response-body = 2/, 'stream-response-body = 1')],
    ['`server.stream-response-body = 0`', replaced(/stream-response-body = 2/, 'stream-response-body = 0')],
    ['connections kept after answers', replaced(/server.max-keep-alive-requests = 0/, '')],
];
const cases = [['GET of 1 KB', 1000, 1], ['GET of 1 KB', 1000, 64], ['GET of 1 MB', 1000000, 8]];

const lifetime = lifetimeMake();

async function table() {
    const servers = [];
    for (const [, change] of variants)
        servers.push(await startChangedLighttpd(lifetime, change, { settings: { SCHEDULE_BACKUPS: '0' } }));
    const cells = variants.map(() => []);
    for (const [, size, connections] of cases) {
        const loads = servers.map(() => []);
        for (const { port } of servers) {
            if ((await post(port, scheduleText(size))).status !== 200)
                throw new Error('a save failed');
        }
        for (let round = 0; round < rounds; round += 1) {
            for (const [i, { port }] of servers.entries())
                loads[i].push(await load(port, { connections, seconds }));
        }
        const first = mean(loads[0].map(({ rate }) => rate));
        for (const [i, one] of loads.entries())
            cells[i].push(`${summary(one)} | ${(mean(one.map(({ rate }) => rate)) / first).toFixed(2)}`);
    }
    const titles = cases.map(([what, , connections]) => `${what}, ${connections} connection${connections > 1 ? 's' : ''} | x`);
    console.log(`| lighttpd.conf | ${titles.join(' | ')} |\n|---${'|---'.repeat(2 * cases.length)}|`);
    for (const [i, [name]] of variants.entries())
        console.log(`| ${name} | ${cells[i].join(' | ')} |`);
}

try {
    await table();
} finally {
    await lifetime.end();
}
