// Schedules for what is measured from JavaScript, and the environment of a request for one that is stored.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

// A schedule of about so many bytes, as a save stores it.
export function scheduleText(size) {
    const schedule = { taskTypes: [{ id: '1' }], tasks: [] };
    const task = (i) => ({ id: `task-${i}`, name: `开发排期 ${i}`, progress: (i % 100) + 0.5, assignees: [] });
    const length = Buffer.byteLength(JSON.stringify([task(10)], null, 2));
    for (let i = 0; i < size / length; i += 1)
        schedule.tasks.push(task(i));
    return JSON.stringify(schedule, null, 2);
}

// Have `measure` called with the environments of a small load, and of one by a client that has the
// document already; both have a data directory for as long as that takes, into which the program saved.
export function withSmallLoads(program, measure) {
    // In a deeper place each directory above it would be looked at, too.
    const directory = fs.mkdtempSync('/tmp/schedule-bench-');
    try {
        const saved = spawnSync(program, { input: scheduleText(1000), encoding: 'utf8',
            env: { REQUEST_METHOD: 'POST', SCHEDULE_DATA_DIR: directory } });
        const [, revision] = /^ETag: "(\d+)"$/m.exec(saved.stdout ?? '') ?? [];
        if (!revision)
            throw new Error(`${program} did not save: ${saved.error ?? ''}${saved.stderr}${saved.stdout}`);
        const load = {
            REQUEST_METHOD: 'GET', GATEWAY_INTERFACE: 'CGI/1.1', PATH_INFO: '/data', SCHEDULE_DATA_DIR: directory,
        };
        return measure(load, { ...load, HTTP_IF_NONE_MATCH: `"${revision}"` });
    } finally {
        fs.rmSync(directory, { recursive: true, force: true });
    }
}
