// A board that asks people to sign in, as a person sees it: lighttpd with access rules, what stands before a server and
// sends people elsewhere, and who may not save. What was done is kept until it can be saved, or is given up.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';

import { post, temporaryDirectory } from '../server/servers.mjs';
import { failedRequests, saved, startBoard } from './board.mjs';
import { teamPlan } from './team_plan.mjs';

const state = (page) => page.locator('.state');
const bar = (page) => page.locator('.choice-bar');

async function addProject(page, name, { add = 'Add', project = 'Project', label = 'Name' } = {}) {
    await page.getByRole('button', { name: add, exact: true }).click();
    await page.getByRole('menuitem', { name: project }).click();
    await page.getByRole('dialog').getByLabel(label, { exact: true }).fill(name);
    await page.getByRole('dialog').getByRole('button', { name: add, exact: true }).click();
    await page.getByText(name).first().waitFor();
}

const chinese = { add: '新建', project: '项目', label: '名称' };

async function projectNames(board) {
    return (await board.document()).projects.map(({ name }) => name);
}

// Everybody may read, and anna change something.
function accessRules(t) {
    const directory = temporaryDirectory();
    t.after(() => fs.rmSync(directory, { recursive: true }));
    const [rules, users] = ['access.conf', 'users'].map((name) => path.join(directory, name));
    fs.writeFileSync(users, 'anna:secret\n');
    fs.writeFileSync(rules, `
server.modules += ( "mod_auth", "mod_authn_file" )
auth.backend = "plain"
auth.backend.plain.userfile = "${users}"
$HTTP["request-method"] !~ "^(?:GET|HEAD|OPTIONS)$" {
    auth.require = ( "/api" => ( "method" => "basic", "realm" => "schedule", "require" => "valid-user" ) )
}
`);
    return rules;
}

// Does what a person does about the browser's dialog for a name and a password. -> { asked, user, thinking }: the
// methods of the requests that it came up for; who is signed in when it comes up next (null: the person sends it
// away); and a promise that he waits for before.
async function personAtDialog(page) {
    const person = { asked: [], user: null, thinking: null };
    const session = await page.context().newCDPSession(page);
    const send = (method, parameters) => session.send(method, parameters).catch(() => {});
    session.on('Fetch.requestPaused', ({ requestId }) => send('Fetch.continueRequest', { requestId }));
    session.on('Fetch.authRequired', async ({ requestId, request }) => {
        person.asked.push(request.method);
        await person.thinking;
        const authChallengeResponse = person.user === null ? { response: 'CancelAuth' }
            : { response: 'ProvideCredentials', ...person.user };
        send('Fetch.continueWithAuth', { requestId, authChallengeResponse });
    });
    await session.send('Fetch.enable', { handleAuthRequests: true });
    return person;
}

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test('a board that asks people to sign in', async (t) => {
    const board = await startBoard(t, { settings: { SCHEDULE_ACCESS: accessRules(t) } });
    const signedIn = { Authorization: `Basic ${btoa('anna:secret')}` };
    const plan = teamPlan({ projects: 1, tasks: 2 });
    assert.equal((await post(board.running.port, plan)).status, 401);
    assert.equal((await post(board.running.port, plan, signedIn)).status, 200);

    await t.test('takes an edit once one has signed in, however late', async (t) => {
        const page = await board.open(t, { expected: failedRequests });
        const person = await personAtDialog(page);
        await saved(page);
        await addProject(page, 'Before signing in');
        await state(page).getByText('Not saved: You have to sign in').waitFor();
        await bar(page).getByText('You have to sign in. What is not saved yet is kept in this browser.').waitFor();
        await page.evaluate(axe);
        assert.deepEqual((await page.evaluate(() => window.axe.run())).violations.map(({ id }) => id), []);

        // What brings the page to look at the server brings no dialog up.
        const looked = page.waitForResponse('**/api/data');
        await page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await looked;
        await addProject(page, 'More before it');
        assert.deepEqual(person.asked, ['POST']);

        person.user = { username: 'anna', password: 'secret' };
        await bar(page).getByRole('button', { name: 'Sign in' }).click();
        await saved(page);
        assert.deepEqual(person.asked, ['POST', 'POST']);
        assert.ok(!await bar(page).isVisible());
        await addProject(page, 'After it');
        await saved(page);
        assert.deepEqual((await projectNames(board)).slice(-3), ['Before signing in', 'More before it', 'After it']);
        assert.equal(person.asked.length, 2);
    });

    await t.test('waits for somebody who takes his time at the dialog', async (t) => {
        // What is usual is over soon.
        const prepare = (page) => page.addInitScript(() => {
            const timeout = AbortSignal.timeout.bind(AbortSignal);
            AbortSignal.timeout = (delay) => timeout(delay >= 30000 && delay < 150000 ? 1500 : delay);
        });
        const page = await board.open(t, { expected: failedRequests, prepare });
        const person = await personAtDialog(page);
        await saved(page);
        let signIn;
        person.thinking = new Promise((resolve) => {
            signIn = resolve;
        });
        person.user = { username: 'anna', password: 'secret' };
        await addProject(page, 'Taking his time');
        await state(page).getByText('No answer from the server yet').waitFor();
        signIn();
        await saved(page);
        assert.deepEqual(person.asked, ['POST']);
        assert.ok((await projectNames(board)).includes('Taking his time'));
    });

    await t.test('asks about versions when somebody wants them', async (t) => {
        const asked = [];
        const prepare = (page) => page.route('**/api/backups**', (route) => {
            asked.push(new URL(route.request().url()).pathname);
            return route.fulfill({ status: 401, headers: { 'WWW-Authenticate': 'Basic realm="schedule"' } });
        });
        const page = await board.open(t, { path: '/history?at=1769000000123', expected: failedRequests, prepare });
        await page.getByRole('alert').filter({ hasText: 'You have to sign in' }).nth(1).waitFor();
        await saved(page);
        const plan = await board.document();
        plan.projects.push({ id: 'news', name: 'News' });
        assert.equal((await post(board.running.port, plan, signedIn)).status, 200);
        await page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await page.locator('.state[data-kind="merged"]').waitFor();
        await page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await page.locator('.state[data-kind="saved"]').waitFor();
        assert.deepEqual(asked, ['/api/backups']);
        await page.unroute('**/api/backups**');
        await page.getByRole('button', { name: 'Try again now' }).first().click();
        await page.getByRole('listitem').getByText('anna', { exact: true }).first().waitFor();
    });

    await t.test('tells by whom a version was saved', async (t) => {
        const page = await board.open(t, { path: '/history' });
        const versions = page.getByRole('listitem').getByRole('button');
        await versions.first().getByText('anna', { exact: true }).waitFor();
        await versions.last().click();
        await page.locator('.version-head').getByText('Saved by \u2068anna\u2069').waitFor();
    });

    await t.test('signs in at a page of another server', async (t) => {
        const httpCredentials = { username: 'anna', password: 'secret', send: 'always' };
        const page = await board.open(t, { expected: failedRequests, httpCredentials });
        await saved(page);
        page.on('dialog', (dialog) => assert.fail(dialog.message()));
        const answer = { status: 302, headers: { Location: 'http://127.0.0.1:9/sign-in' } };
        await page.route('**/api/data*', (route) => route.fulfill(answer));
        await addProject(page, 'Without a session');
        await state(page).getByText('Not saved: The server sends elsewhere, perhaps to sign in').waitFor();
        await page.unroute('**/api/data*');
        const loaded = page.waitForEvent('load');
        await bar(page).getByRole('button', { name: 'Load the page again' }).click();
        await loaded;
        await saved(page);
        assert.ok((await projectNames(board)).includes('Without a session'));
    });

    await t.test('lets those who may not save give up what they did', async (t) => {
        const page = await board.open(t, { expected: failedRequests, language: 'zh' });
        await saved(page);
        await page.route('**/api/data?base=*', (route) => route.fulfill({ status: 403 }));
        await addProject(page, 'By a guest', chinese);
        await state(page).getByText('尚未保存：没有权限，请联系服务器管理员').waitFor();
        page.on('dialog', (dialog) => dialog.accept());
        await page.reload();
        await bar(page).getByText('没有权限，请联系服务器管理员。尚未保存的修改保留在此浏览器中。').waitFor();
        await page.getByText('By a guest').first().waitFor();
        await bar(page).getByRole('button', { name: '放弃这些修改' }).click();
        await saved(page);
        assert.equal(await page.getByText('By a guest').count(), 0);
        await page.getByRole('button', { name: '撤销：放弃未保存的修改' }).click();
        await page.unroute('**/api/data?base=*');
        await page.route('**/api/data?base=*', (route) =>
            route.continue({ headers: { ...route.request().headers(), ...signedIn } }));
        await saved(page);
        assert.ok((await projectNames(board)).includes('By a guest'));
    });
});
