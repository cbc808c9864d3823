// What cmake --install and the Debian packages install: what is where, and whether it serves under systemd, on another
// machine, in a way, as the README says.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { readme } from './readme_examples.mjs';
import { cleanEnvironment, root, temporaryDirectory } from './servers.mjs';
import { startSystemd } from './systemd.mjs';

const [, section] = /^### Installed, under systemd\n([\s\S]*?)^### /m.exec(readme);

// The lines of its blocks of commands.
const [packaging, keeping, removing, building] = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) =>
    block.trim().split('\n').map((line) => line.replace(/ *#.*/, '')));

const sources = (name) => fs.readFileSync(path.join(root, 'scripts', name), 'utf8');
const unit = sources('systemd/schedule-cgi.service');

// The first block in this language below this heading of the README's.
function block(heading, language) {
    return new RegExp(`\n###+ ${heading}\n[\\s\\S]*?\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(readme)[1];
}

function run(command, args, settings = {}) {
    const done = spawnSync(command, args, { encoding: 'utf8', cwd: root, env: cleanEnvironment(settings) });
    return { status: done.status, output: done.stdout, text: `${done.error ?? ''}${done.stdout}${done.stderr}` };
}

function succeed(command, args, settings) {
    const { status, output, text } = run(command, args, settings);
    assert.equal(status, 0, `${command} ${args.join(' ')}\n${text}`);
    return output;
}

const install = (directory, prefix = '/usr') =>
    succeed('cmake', ['--install', 'build', '--prefix', prefix], { DESTDIR: directory });

const byPath = (a, b) => (a.slice(4) < b.slice(4) ? -1 : 1);

// "<mode> <path>" of all that is in it, but for what dist/ holds.
function contents(directory) {
    const found = succeed('find', [directory, '-not', '-type', 'd', '-not', '-path', '*/dist/*', '-printf', '%m %P\n']);
    return found.trim().split('\n').sort(byPath);
}

const installed = `
644 etc/schedule-cgi/access.conf
644 etc/schedule-cgi/lighttpd.conf
640 etc/schedule-cgi/settings
644 usr/lib/systemd/system/schedule-cgi.service
644 usr/lib/systemd/system/schedule-fcgiwrap.service
644 usr/lib/systemd/system/schedule-fcgiwrap.socket
644 usr/lib/sysusers.d/schedule-cgi.conf
755 usr/libexec/schedule-cgi/schedule.cgi
644 usr/libexec/schedule-cgi/scripts/ask.sh
755 usr/libexec/schedule-cgi/scripts/backup
755 usr/libexec/schedule-cgi/scripts/copy
644 usr/libexec/schedule-cgi/scripts/installation.sh
644 usr/libexec/schedule-cgi/scripts/paths.sh
755 usr/libexec/schedule-cgi/scripts/restore
755 usr/libexec/schedule-cgi/scripts/serve
644 usr/share/doc/schedule-cgi/CHANGELOG.md
644 usr/share/doc/schedule-cgi/LICENSE
644 usr/share/doc/schedule-cgi/README.md
644 usr/share/doc/schedule-cgi/copyright
644 usr/share/man/man8/schedule.cgi.8.gz
`.trim().split('\n');

const installedStores = `
755 usr/libexec/schedule-cgi/schedule-copy
755 usr/libexec/schedule-cgi/schedule-postgres.cgi
755 usr/libexec/schedule-cgi/schedule-s3.cgi
644 usr/share/doc/schedule-cgi-stores/copyright
`.trim().split('\n');

// Nothing in it depends on where it was built.
function assertMoved(directory) {
    assert.equal(run('grep', ['-rlF', root, directory]).output, '');
    assert.equal(run('diff', ['-r', 'dist', path.join(directory, 'usr/share/schedule-cgi/dist')]).text, '');
}

function temporary(t) {
    const directory = temporaryDirectory();
    t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
    return directory;
}

// What installing takes of the clone, built.
function cloneCopy(target) {
    const packages = fs.readdirSync(path.join(root, 'build')).filter((name) => name.endsWith('.deb'));
    const built = ['cgi', 'cmake_install.cmake', 'lib/cmake_install.cmake', ...packages].map((name) => `build/${name}`);
    for (const name of [...built, 'CHANGELOG.md', 'LICENSE', 'README.md', 'cgi/schedule.cgi.8.in', 'dist',
        'lighttpd.conf', 'scripts'])
        fs.cpSync(path.join(root, name), path.join(target, name), { recursive: true });
}

// A machine with systemd. `at` runs a command of bash there, in the clone, and `attempt` one that may fail. For the
// sake of time apt knows of no packages to download there, and nothing is noted of manual pages.
async function machineStart(t) {
    const machine = await startSystemd(t, (share) => cloneCopy(path.join(share, 'clone')));
    machine.run(`mkdir -p '${root}' && mount --bind /mnt/clone '${root}' && rm -f /usr/sbin/policy-rc.d
        rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/lib/man-db/auto-update
        echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/99test`);
    const words = (command) => {
        const script = `cd '${root}' && ${command.replaceAll('sudo ', '')}`;
        return `exec bash --norc -c '${script.replaceAll('\'', '\'\\\'\'')}'`;
    };
    const attempt = (command) => {
        const { status, stdout, stderr } = machine.status(words(command));
        return { status, output: stdout, text: stdout + stderr };
    };
    return { attempt, at: (command) => machine.run(words(command)) };
}

test('cmake --install', async (t) => {
    const directory = temporary(t);
    const made = succeed('scripts/deb', [], { SOURCE_DATE_EPOCH: '1769000000' });
    const packages = [...made.matchAll(/^Made (\S+)$/mg)].map(([, file]) => file).sort();

    await t.test('puts everything where it belongs', () => {
        const tree = path.join(directory, 'tree');
        install(tree);
        assert.deepEqual(contents(tree), [...installed, ...installedStores].sort(byPath));
        assertMoved(tree);
        const manual = succeed('sh', ['-c', `zcat ${tree}/usr/share/man/man8/schedule.cgi.8.gz`]);
        assert.match(manual, /SCHEDULE_LOCK_TIMEOUT_MS/);
    });

    await t.test('keeps settings that were changed, and puts the new ones beside them', () => {
        const tree = path.join(directory, 'tree');
        const settings = path.join(tree, 'etc/schedule-cgi/settings');
        const original = fs.readFileSync(settings, 'utf8');
        fs.writeFileSync(settings, 'PORT=5001\n');
        install(tree);
        assert.equal(fs.readFileSync(settings, 'utf8'), 'PORT=5001\n');
        assert.equal(fs.readFileSync(`${settings}.new`, 'utf8'), original);
        assert.deepEqual(contents(tree).filter((line) => line.endsWith('.new')), ['640 etc/schedule-cgi/settings.new']);
    });

    await t.test('names the places of another prefix', () => {
        const tree = path.join(directory, 'elsewhere');
        install(tree, '/opt/plan');
        const text = succeed('grep', ['-rhE', '/(usr|etc|opt)/[a-z/-]*schedule-cgi', `${tree}/opt/plan/lib`,
            `${tree}/opt/plan/etc`, `${tree}/opt/plan/libexec`]);
        assert.doesNotMatch(text, /\/usr\/(libexec|share)\/|[^n]\/etc\//);
        for (const place of ['libexec/schedule-cgi/scripts/serve', 'share/doc/schedule-cgi/README.md',
            'etc/schedule-cgi/settings'])
            assert.ok(text.includes(`/opt/plan/${place}`), `${place}: ${text}`);
    });

    await t.test('installs nothing without the program and the page, and says how to build them', () => {
        const [source, build, tree] = ['source', 'build', 'none'].map((name) => path.join(directory, name));
        fs.mkdirSync(source);
        const needed = ['CHANGELOG.md', 'CMakeLists.txt', 'LICENSE', 'README.md', 'cgi', 'lib', 'scripts'];
        succeed('cp', ['-R', ...needed, source]);
        succeed('cmake', ['-S', source, '-B', build, '-DSCHEDULE_POSTGRES=OFF', '-DSCHEDULE_S3=OFF']);
        const refused = () => {
            const { status, text } = run('cmake', ['--install', build], { DESTDIR: tree });
            assert.notEqual(status, 0);
            assert.ok(!fs.existsSync(tree));
            return text.replace(/\s+/g, ' ');
        };
        assert.ok(refused().includes(`the program is not built yet: cmake --build ${build}`));
        fs.writeFileSync(path.join(build, 'cgi/schedule.cgi'), '');
        assert.ok(refused().includes(`the page is not built yet: cmake --build ${build} --target page (it takes npm)`));
    });

    await t.test('the Debian packages hold the same', () => {
        const version = succeed('build/cgi/schedule.cgi', ['--version']).match(/\d+\.\d+\.\d+/)[0];
        const names = packages.map((file) => path.basename(file).replace(/_[a-z0-9]+\.deb$/, ''));
        assert.deepEqual(names, [`schedule-cgi-stores_${version}`, `schedule-cgi_${version}`]);
        const [stores, base] = packages;
        const field = (file, name) => succeed('dpkg-deb', ['-f', file, name]).trim();
        assert.equal(field(base, 'Depends'),
            'lighttpd (>= 1.4.69), systemd | systemd-standalone-sysusers | systemd-sysusers');
        const needs = field(stores, 'Depends').split(', ').map((need) => need.replace(/(t64)? \(>= .*\)$/, ''));
        assert.deepEqual(needs.sort(),
            ['libc6', 'libcurl4', 'libexpat1', 'libjansson4', 'libpq5', 'libssl3', `schedule-cgi (= ${version})`]);
        for (const [file, wanted] of [[base, installed], [stores, installedStores]]) {
            const tree = path.join(directory, path.basename(file));
            succeed('dpkg-deb', ['-x', file, tree]);
            assert.deepEqual(contents(tree), wanted);
            assert.match(field(file, 'Description'), /^server of a team's project schedule.*(\n .*){2,}$/);
            for (const line of succeed('dpkg-deb', ['-c', file], { TZ: 'UTC' }).trim().split('\n'))
                assert.match(line, /^\S+ root\/root +\d+ 2026-01-21 12:53 /);
        }
        assertMoved(path.join(directory, path.basename(base)));
    });
});

async function debianPackage(t) {
    const { at, attempt } = await machineStart(t);
    const active = () => at('systemctl show -P ActiveState schedule-cgi').trim();
    const main = () => Number(at('systemctl show -P MainPID schedule-cgi'));
    const stored = (directory = '/var/lib/schedule-cgi') => at(`tr -d ' \\n' <${directory}/project-data.json`);
    const save = (document, port = 5000) =>
        at(`curl -sS -H 'Content-Type: application/json' -d '${document}' http://localhost:${port}/api/data`);
    const revise = (text) => at(`cat >>/etc/schedule-cgi/settings <<'END'\n${text}\nEND\n`);
    const eventually = (command) => `for _ in {1..200}; do ${command} && exit; sleep 0.05; done; exit 1`;
    const answering = (port = 5000) => at(eventually(`curl -sf localhost:${port}/v1/ping`));

    await t.test('a machine without systemd takes it, too', () => {
        at(`unshare --mount bash -euc '
            mount -t tmpfs run /run
            dpkg -i build/schedule-cgi_*.deb
            runuser -u schedule-cgi -- /usr/libexec/schedule-cgi/scripts/restore
            dpkg -P schedule-cgi'`);
        assert.equal(attempt('ls -d /var/lib/schedule-cgi /etc/schedule-cgi').output, '');
    });

    await t.test('installed into a directory, from outside, it has the users of that', () => {
        at(`mkdir -p /srv/root/var/lib/dpkg/{info,updates} /srv/root/{etc,tmp}
            touch /srv/root/var/lib/dpkg/{status,available}
            echo taken:x:999: >/srv/root/etc/group; userdel schedule-cgi; groupadd -g 1234 schedule-cgi
            dpkg --root=/srv/root --force-script-chrootless --force-depends -i build/schedule-cgi_*.deb`);
        const [, user] = /^schedule-cgi:x:(\d+):/m.exec(at('cat /srv/root/etc/passwd'));
        const [, group] = /^schedule-cgi:x:(\d+):/m.exec(at('cat /srv/root/etc/group'));
        assert.equal(at('cd /srv/root && stat -c "%u %g %a" var/lib/schedule-cgi etc/schedule-cgi/settings'),
            `${user} ${group} 750\n0 ${group} 640\n`);
        assert.notEqual(group, '1234');
        assert.equal(active(), 'inactive');
        at('ls /srv/root/etc/systemd/system/multi-user.target.wants/schedule-cgi.service; groupdel schedule-cgi');
        assert.equal(attempt('getent passwd schedule-cgi; ls -d /var/lib/schedule-cgi /etc/schedule-cgi').output, '');
    });

    await t.test('it is installed, and serves', () => {
        const [make, ...commands] = packaging;
        assert.equal(make, 'scripts/deb');
        at(commands[0]);
        answering();
        assert.match(at(commands[1]), /Loaded: loaded .*; enabled;[\s\S]*Active: active \(running\)/);
        assert.match(at(commands[2]), /Serving http:\/\/localhost:5000/);
        assert.equal(commands.length, 3);
        assert.match(save('{"projects":[{"id":"p-1"}]}'), /"ok":true/);
        assert.match(at('curl -sS "http://[::1]:5000/api/data"'), /"p-1"/);
        assert.match(at('curl -sS http://localhost:5000/'), /<title>项目排期/);
        assert.equal(stored(), '{"projects":[{"id":"p-1"}]}');
        assert.equal(attempt('curl -s 127.0.0.2:5000').status, 7); // another address of the machine's
    });

    await t.test('the unit is in order, and exposed as little as the README says', () => {
        assert.equal(attempt('systemd-analyze verify --man=no schedule-cgi.service').text, '');
        const [, exposure] = /calls its exposure (\d\.\d) of 10/.exec(section);
        at(`systemd-analyze security --offline=true --threshold=${exposure.replace('.', '')} schedule-cgi.service`);
    });

    await t.test('it runs as a user of its own, who can do nothing else', () => {
        const status = at(`cat /proc/${main()}/status`);
        const user = at('id -u schedule-cgi').trim();
        for (const line of [`Uid:\t${user}\t`, 'NoNewPrivs:\t1\n', 'Seccomp:\t2\n', 'CapBnd:\t0000000000000000\n'])
            assert.ok(status.includes(line), `${line}: ${status}`);
        const { text } = attempt(`nsenter -t ${main()} -m touch /var/lib/other /etc/schedule-cgi/other`);
        assert.equal(text.match(/Read-only file system/g)?.length, 2, text);
        assert.equal(at('stat -c "%U %G %a" /var/lib/schedule-cgi /etc/schedule-cgi/settings'),
            'schedule-cgi schedule-cgi 750\nroot schedule-cgi 640\n');
    });

    await t.test('backup and restore work as the README says', () => {
        const [backup, restore] = keeping;
        const [, revision] = /^Kept revision (\d+) of .* in \/var\/lib\/schedule-cgi for good;/.exec(at(backup));
        save('{"projects":[{"id":"p-2"}]}');
        assert.match(at(restore), new RegExp(`^${revision} .* pinned`, 'm'));
        at(`${restore} ${revision}`);
        assert.equal(stored(), '{"projects":[{"id":"p-1"}]}');
    });

    await t.test('the settings count for the service and for the scripts', () => {
        revise('PORT=5002\nPORT=5001\nSCHEDULE_LISTEN=all\nSCHEDULE_BACKUPS=7\n' +
            'SCHEDULE_CORS_ORIGIN=https://a.example, https://b.example/#$x%');
        // However often.
        at(`for _ in {1..22}; do systemctl restart schedule-cgi; done
            for _ in {1..200}; do journalctl -u schedule-cgi | grep SCHEDULE_CORS_ORIGIN && break; sleep 0.1; done`);
        const refusal = 'SCHEDULE_CORS_ORIGIN is \'https://a.example, https://b.example/#$x%\'';
        assert.ok(at('journalctl -u schedule-cgi').includes(refusal));
        at('sed -i "s|/#.*||" /etc/schedule-cgi/settings && systemctl restart schedule-cgi');
        answering(5001);
        at('curl -sf 127.0.0.2:5001/v1/ping');
        assert.equal(at('curl -s -H "Origin: https://b.example" -o /dev/null -D - localhost:5001/api/data')
            .match(/Access-Control-Allow-Origin: (\S+)/i)?.[1], 'https://b.example');
        const read = (set = '') => at(`${set} runuser -u schedule-cgi -- sh -c '
            scripts=/usr/libexec/schedule-cgi/scripts; . $scripts/paths.sh
            echo "$PORT $SCHEDULE_BACKUPS $SCHEDULE_CORS_ORIGIN $SCHEDULE_DATA_DIR"'`);
        assert.equal(read(), '5001 7 https://a.example, https://b.example /var/lib/schedule-cgi\n');
        assert.equal(read('PORT=1 SCHEDULE_BACKUPS='),
            '1  https://a.example, https://b.example /var/lib/schedule-cgi\n');
    });

    await t.test('where documents would not outlive the service, none is saved', () => {
        at('install -d -o schedule-cgi -m 700 /tmp/plans');
        for (const directory of ['/tmp/plans', '/var/tmp/plans']) {
            revise(`SCHEDULE_DATA_DIR=${directory}`);
            at('systemctl restart schedule-cgi');
            answering(5001);
            assert.match(save('{"lost":1}', 5001), /"ok":false.*EROFS/, directory);
        }
        revise('SCHEDULE_DATA_DIR=');
        at('systemctl restart schedule-cgi');
        answering(5001);
        assert.match(at('curl -s localhost:5001/api/data'), /"p-1"/);
        assert.match(at(keeping[0]), / in \/var\/lib\/schedule-cgi for good;/);
    });

    await t.test('passwords and TLS as the README has them, and nothing without the rules', () => {
        at(`cd /tmp && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \
            -subj /CN=localhost -out certificate.pem -keyout key.pem
            ${block('Who may do what', 'sh').replace('passwd -6', 'passwd -6 secret')}
            ${block('TLS', 'sh')}`);
        at(`cat >/etc/schedule-cgi/access.conf <<'END'\n` +
            `${block('The whole site behind passwords', 'lighttpd')}${block('TLS', 'lighttpd')}\nEND\n`);
        at(`systemctl restart schedule-cgi; ${eventually('curl -skf https://localhost:5001/v1/ping')}`);
        const ask = (host, more = '') =>
            attempt(`curl -s --cacert /tmp/certificate.pem ${more} https://${host}:5001/api/data`).output;
        assert.match(ask('localhost', '-u anna:secret'), /"p-1"/);
        assert.match(ask('localhost', '-u anna:secret -6'), /"p-1"/);
        assert.doesNotMatch(ask('localhost'), /"p-1"/);
        assert.equal(at('stat -c "%U %G %a" /etc/schedule-cgi/key.pem /etc/schedule-cgi/users'),
            'root schedule-cgi 640\n'.repeat(2));

        at(`mv /etc/schedule-cgi/access.conf /tmp; systemctl restart schedule-cgi
            ${eventually('journalctl -u schedule-cgi | grep SCHEDULE_ACCESS')}`);
        assert.match(at('journalctl -u schedule-cgi'), /SCHEDULE_ACCESS is '\/etc\/schedule-cgi\/access.conf', which/);
        assert.equal(attempt('curl -sk https://localhost:5001/v1/ping').status, 7);
        at('cd /etc/schedule-cgi; rm key.pem certificate.pem users; >access.conf; systemctl restart schedule-cgi');
        answering(5001);
    });

    await t.test('settings that systemd takes otherwise are refused', () => {
        at(`sed 's|^settings_file=.*|settings_file=/run/settings|' \
            /usr/libexec/schedule-cgi/scripts/paths.sh >/run/paths.sh`);
        for (const [line, reason] of [['A="b"', 'no quotes'], ['A=b\\', 'no backslash'], ['A=b ', 'no blank'],
            ['A', 'NAME=value'], ['export A=b', 'no name']]) {
            const { status, text } = attempt(`echo '${line}' >/run/settings; sh -c 'set -eu; . /run/paths.sh'`);
            assert.equal(status, 1, line);
            assert.ok(text.includes('/run/settings, line 1: ') && text.includes(reason), text);
        }
        const { status, text } = attempt(keeping[0].replace('-u schedule-cgi', '-u nobody'));
        assert.equal(status, 1);
        assert.match(text, /settings cannot be read; the user schedule-cgi and root can/);
    });

    await t.test('a newer package keeps what was changed, and the stores, and restarts it', () => {
        const [both] = /\.\/build\/schedule-cgi\*\.deb/.exec(section);
        at('dpkg -i build/schedule-cgi-stores_*.deb');
        const before = main();
        at(`for package in build/*.deb; do
                dpkg-deb -R $package /tmp/package
                sed -i -E 's/^Version: .*/&.1/; s/(schedule-cgi \\(= [^)]*)\\)/\\1.1)/' /tmp/package/DEBIAN/control
                [ ! -d /tmp/package/etc ] || echo '#NEW=1' >>/tmp/package/etc/schedule-cgi/settings
                dpkg-deb -Znone -b /tmp/package $package
                rm -r /tmp/package
            done
            echo 'DPkg::Options:: "--force-confold";' >>/etc/apt/apt.conf.d/99test`);
        at(packaging[1].replace(/\.\/build\S*/, both));
        answering(5001);
        assert.notEqual(main(), before);
        const versions = at('dpkg-query -W -f "\\${Version} \\${db:Status-Status}\\n" "schedule-cgi*"');
        assert.match(versions, /^(\d+\.\d+\.\d+\.1 installed\n){2}$/);
        assert.match(at('cat /etc/schedule-cgi/settings'), /^PORT=5001$/m);
        assert.match(at('cat /etc/schedule-cgi/settings.dpkg-dist'), /^#NEW=1$/m);
        assert.equal(stored(), '{"projects":[{"id":"p-1"}]}');
    });

    await t.test('PostgreSQL knows it by its user, as the settings say', () => {
        const [, create, settings] = /\n((?:# runuser .*\n)+)((?:#[A-Z].*\n)+)/.exec(sources('install_files/settings'));
        at(`[ -n "$(pg_lsclusters -h)" ] || pg_createcluster "$(ls /usr/lib/postgresql | tail -n 1)" main
            systemctl start postgresql; ${create.replace(/^# /mg, '')}`);
        revise(settings.replace(/^#/mg, ''));
        at('systemctl restart schedule-cgi');
        answering(5001);
        const large = at(`(printf '{"a":"'; head -c 200000 /dev/zero | tr '\\0' x; printf '"}') |
            curl -s -H 'Content-Type: application/json' -d @- localhost:5001/api/data`);
        assert.match(large, /"ok":true/);
        assert.match(at(keeping[0]), / in PostgreSQL as 'project-data' for good;/);
        assert.match(at('ls -d /var/lib/schedule-cgi/*'), /\/schedule-upload-\d+-5001$/m);
        at(`sed -i '/STORE=/d; /^DATABASE/d' /etc/schedule-cgi/settings; systemctl restart schedule-cgi`);
        answering(5001);
    });

    await t.test('it stops when a save has ended that is under way', () => {
        const said = at(`exec 3<>/dev/tcp/127.0.0.1/5001
            printf '%s\r\n' 'POST /api/data HTTP/1.1' 'Host: a' 'Connection: close' 'Expect: 100-continue' \
                'Content-Type: application/json' 'Content-Length: 12' '' >&3
            read -r line <&3 && [[ $line = *' 100 '* ]] && read -r line <&3 || exit 1
            systemctl stop --no-block schedule-cgi
            while curl -s localhost:5001/v1/ping; do sleep 0.05; done
            printf '{"a":"late"}' >&3
            cat <&3
            while [ "$(systemctl show -P ActiveState schedule-cgi)" = deactivating ]; do sleep 0.05; done
            systemctl show -P Result -P ActiveState schedule-cgi`);
        assert.match(said, /HTTP\/1.1 200 OK[\s\S]*"ok":true[^\n]*success\ninactive\n$/);
        assert.equal(stored(), '{"a":"late"}');
    });

    await t.test('a port below 1024 and another directory take what the unit says', () => {
        const changes = '/etc/systemd/system/schedule-cgi.service.d';
        const shown = [...unit.matchAll(/^# {3}\[Service\]\n(?:# {3}\S.*\n)+/mg)]
            .map(([text]) => text.replace(/^# {3}/mg, ''));
        assert.equal(shown.length, 2);
        at(`mkdir ${changes} /srv/plans; chown schedule-cgi: /srv/plans`);
        shown.forEach((text, i) => at(`cat >${changes}/${i}.conf <<'END'\n${text}\nEND\n`));
        revise('SCHEDULE_DATA_DIR=/srv/plans');
        at('sed -i "s/^PORT=.*/PORT=80/" /etc/schedule-cgi/settings');
        at('systemctl daemon-reload && systemctl start schedule-cgi');
        answering(80);
        assert.match(save('{"b":3}', 80), /"ok":true/);
        assert.equal(stored('/srv/plans'), '{"b":3}');
        assert.match(at(keeping[0]), / in \/srv\/plans for good;/);
        at(`rm -r ${changes}; sed -i '/^[A-Z]/d' /etc/schedule-cgi/settings; systemctl daemon-reload`);
    });

    await t.test('it is started again when it is killed', () => {
        at('systemctl restart schedule-cgi');
        answering();
        const before = main();
        at(`systemctl kill --kill-who=main --signal=KILL schedule-cgi
            for _ in {1..200}; do
                case $(systemctl show -P MainPID schedule-cgi) in 0 | ${before}) sleep 0.1 ;; *) break ;; esac
            done`);
        answering();
        assert.equal(active(), 'active');
    });

    await t.test('it is removed but for settings and documents, and purged but for documents', () => {
        const [remove, purge] = removing;
        const files = at('dpkg -L schedule-cgi schedule-cgi-stores').trim().split('\n');
        const left = () => attempt(`ls -d ${files.join(' ')} 2>/dev/null | grep schedule`).output.trim().split('\n');
        const pid = main();
        at('systemctl enable schedule-fcgiwrap.socket');
        at(remove);
        assert.notEqual(attempt(`kill -0 ${pid}`).status, 0);
        const settings = ['', '/access.conf', '/lighttpd.conf', '/settings'].map((name) => `/etc/schedule-cgi${name}`);
        assert.deepEqual(left().sort(), settings);
        assert.match(at(purge), /The documents in \/var\/lib\/schedule-cgi were left there/);
        assert.deepEqual(left(), ['']);
        assert.equal(attempt('find /etc/systemd /var/lib/systemd /var/lib/dpkg/info -name "*schedule*"').output, '');
        assert.equal(stored(), '{"a":"late"}');
    });

    await t.test('cmake --install makes such a service, too', () => {
        at('rm -r /var/lib/schedule-cgi; userdel schedule-cgi');
        const [make, ...commands] = building;
        assert.equal(make, 'cmake -B build && cmake --build build && cmake --build build --target page');
        for (const command of commands)
            at(command);
        answering();
        assert.match(save('{"c":4}'), /"ok":true/);
        assert.equal(stored(), '{"c":4}');
        assert.match(at('systemctl show -P FragmentPath schedule-cgi'), /^\/usr\/local\/lib\/systemd\/system\//);
        assert.match(at(keeping[0].replace('/usr/', '/usr/local/')), /for good;/);
    });
}

if (process.getuid() === 0)
    test('the Debian package, on a machine with systemd', debianPackage);
