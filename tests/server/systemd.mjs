// A systemd for a test: process 1 in namespaces of its own, with a network that leads nowhere, on a copy of this
// machine's root directory of which nothing stays. Takes root.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { cleanEnvironment, Process, temporaryDirectory } from './servers.mjs';

// Of this machine's units none starts by itself but the journal.
const inside = `
set -eu
cd "$TEST_DIRECTORY/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty dev
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount --bind "$TEST_DIRECTORY/share" mnt
mkdir run/old
units=usr/lib/systemd/system
rm -rf etc/systemd/system/*.wants $units/*.target.wants
mkdir $units/sockets.target.wants
ln -s ../systemd-journald.socket $units/sockets.target.wants
printf '[Unit]\\nRequires=basic.target\\nAfter=basic.target\\n' >$units/test.target
pivot_root . run/old
umount -l /run/old
cd /
exec env -i PATH=/usr/sbin:/usr/bin container=test \\
    /usr/lib/systemd/systemd --system --unit=test.target --log-target=journal
`;

// systemd wants the control groups for itself, so it gets a group of its own, which is taken away at the end.
const outside = `
set -eu
cd "$TEST_DIRECTORY"
mkdir groups layer root
mount -t cgroup2 cgroup2 groups
ours=groups$(sed -n 's/^0:://p' /proc/self/cgroup)
mkdir "$ours/schedule-test-$$"
echo $$ >"$ours/schedule-test-$$/cgroup.procs"
mount -t tmpfs tmpfs layer
mkdir layer/changes layer/work
mount -t overlay -o lowerdir=/,upperdir=layer/changes,workdir=layer/work overlay root
unshare --mount --pid --fork --kill-child --uts --ipc --net --cgroup bash -c "$1" &
trap 'kill -KILL $!' TERM
wait || true
echo $$ >"$ours/cgroup.procs"
for _ in $(seq 200); do
    find "$ours/schedule-test-$$" -depth -type d -exec rmdir {} + 2>/dev/null && break
    sleep 0.02 # its last processes are ending
done
`;

function children(pid) {
    return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
}

// `fill(share)` puts files into the directory that is /mnt inside. What comes back runs scripts there: `run(script)`
// for what it prints, `status(script)` for how it ends. It goes with the test `t`.
export async function startSystemd(t, fill) {
    const directory = temporaryDirectory();
    fs.mkdirSync(path.join(directory, 'share'));
    fill(path.join(directory, 'share'));
    const machine = new Process('setpriv',
        ['--pdeathsig', 'TERM', 'unshare', '--mount', 'bash', '-c', outside, 'bash', inside],
        { env: cleanEnvironment({ TEST_DIRECTORY: directory, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }) });
    t.after(async () => {
        await machine.stop('SIGTERM');
        fs.rmSync(directory, { recursive: true, force: true });
    });
    const status = (script) => {
        const [first] = children(children(machine.child.pid)[0]);
        return spawnSync('nsenter', ['-t', first, '-m', '-p', '-u', '-i', '-n', '-C', '-r', '-w', 'sh', '-c', script],
            { encoding: 'utf8', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
    };
    await machine.until(() => {
        try {
            return status('systemctl is-active test.target').stdout === 'active\n';
        } catch {
            return false;
        }
    }, 'the start of systemd');
    const run = (script) => {
        const done = status(script);
        assert.equal(done.status, 0, `${script}\n${done.stdout}${done.stderr}`);
        return done.stdout;
    };
    return { run, status };
}
