// The failure this program exists for: everything but the data directory is mounted read-only, and we
// are nobody. Runs in a mount namespace of its own.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Process, cleanEnvironment, freePort, install, logged, post, request, temporaryDirectory } from './servers.mjs';

const isRoot = process.getuid() === 0;
const nobody = 65534;

// In the namespace: a file system for the data, everything else read-only, then down to nobody.
const enter = `
set -e
mount --bind "$TEST_DIRECTORY" "$TEST_DIRECTORY"
mount -t tmpfs -o mode=0755,uid=${isRoot ? nobody : 0},gid=${isRoot ? nobody : 0} tmpfs "$SCHEDULE_DATA_DIR"
mount -o remount,bind,ro "$TEST_DIRECTORY"
mount -o remount,bind,ro /
if touch "$INSTALLATION/probe" 2>/dev/null; then echo 'the installation is writable' >&2; exit 9; fi
exec ${isRoot ? `setpriv --reuid=${nobody} --regid=${nobody} --clear-groups --no-new-privs` : ''} \\
    "$INSTALLATION/scripts/run" --port "$TEST_PORT"
`;

function remountDataReadOnly(server, data) {
    const user = isRoot ? [] : ['-U', '--preserve-credentials'];
    const done = spawnSync('nsenter', ['-t', String(server.child.pid), '-m', '-r', ...user,
        'mount', '-o', 'remount,bind,ro', data], { encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
}

test('a read-only installation, an unprivileged user, one writable directory', async (t) => {
    const directory = temporaryDirectory();
    const installation = path.join(directory, 'installation');
    const data = path.join(directory, 'data');
    const port = await freePort();
    fs.mkdirSync(data);
    install(installation);
    const server = new Process('unshare', [...(isRoot ? ['-m'] : ['-rm']), 'bash', '-c', enter], {
        env: cleanEnvironment({
            TEST_DIRECTORY: directory, INSTALLATION: installation, SCHEDULE_DATA_DIR: data, TEST_PORT: String(port),
        }),
    });
    t.after(async () => {
        await server.stop('SIGTERM');
        fs.rmSync(directory, { recursive: true });
    });
    await server.untilServing();

    await t.test('it runs without privilege', () => {
        const status = fs.readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
        assert.match(status, new RegExp(`^Uid:\\s+${isRoot ? nobody : process.getuid()}\\s`, 'm'));
    });

    await t.test('saves and loads work, large ones through the upload directory too', async () => {
        const document = { projects: [{ id: 1, name: '只读环境' }], filler: '长'.repeat(4 << 20), taskTypes: [1] };
        const saved = await post(port, document);
        assert.equal(saved.status, 200, saved.text + server.log);
        const loaded = await request(port, 'GET', '/api/data');
        assert.deepEqual(loaded.json, document);
        assert.equal((await request(port, 'GET', '/')).status, 200);
    });

    await t.test('with the data directory read-only too, saves are 503 and say why, loads go on', async () => {
        remountDataReadOnly(server, data);
        for (const size of [1, 200000, 5 << 20]) { // in lighttpd's memory, and beyond
            const refused = await post(port, `{"a":"${'x'.repeat(size)}"}`);
            assert.equal(refused.status, 503);
            assert.equal(refused.json.error, 'STORAGE_UNAVAILABLE');
        }
        const lockFile = `${data}/data.lock`.replaceAll('.', '\\.');
        const reason = `EROFS: read-only file system, open '${lockFile}'\n`;
        await logged(() => server.log, new RegExp(`\\[ERROR\\] 获取锁失败: ${reason}`));
        await logged(() => server.log, new RegExp(`\\[ERROR\\] POST /api/data 数据保存最终失败，错误: ${reason}`));
        const slow = await request(port, 'GET', '/api/data', { reading: sleep(1000) });
        assert.equal(slow.json.projects[0].name, '只读环境');
    });
});
