// A plan with a probe in every field: where any of them becomes markup, a script, a style or an address, `window.hit`
// is set, an element <hit-me> is there, or somebody else's server is asked.

import { dayFromToday } from './team_plan.mjs';

const probe = '"\'><hit-me></hit-me><img src=x onerror="window.hit=1"><script>window.hit=1</script>';
const address = 'javascript:window.hit=1';

function record() {
    return {
        date: dayFromToday(0), progress: 10, status: probe, content: `record ${probe}`, assignees: [`person ${probe}`],
    };
}

function project() {
    return {
        id: `project${probe}`, name: `project ${probe}`, status: 'risk', progress: 30, startDate: dayFromToday(-5),
        endDate: dayFromToday(20), owner: `owner ${probe}`, pmo: `pmo ${probe}`, productManager: `pm ${probe}`,
        partners: [`partner ${probe}`], developers: [`developer ${probe}`], testers: [`tester ${probe}`],
        contacts: [{ name: `contact ${probe}`, role: probe, phone: probe }],
        chatGroupLinks: [address, `https://example.org/${probe}`, probe], remark: `remark ${probe}`,
        dailyProgress: [record(), probe],
    };
}

function task(projectId, type) {
    return {
        id: `task${probe}`, projectId, name: `task ${probe}`, type, status: 'delayed', progress: 40,
        startDate: dayFromToday(-2), endDate: dayFromToday(6), assignees: [`person ${probe}`], remark: probe,
        dailyRecords: [record()],
    };
}

// With the wrong shapes that members can have.
function misshapen() {
    return {
        id: 7, name: [probe], status: probe, progress: probe, startDate: probe, endDate: 20260101,
        owner: { name: probe }, pmo: [], productManager: 5, partners: probe, developers: { a: 1 }, testers: [[probe]],
        contacts: [probe, null, 3], chatGroupLinks: { href: address }, remark: { probe }, dailyProgress: probe,
    };
}

function historyRecords(taskId) {
    const record = {
        id: probe, entityType: probe, entityId: probe, entityName: probe, operation: probe, operator: probe,
        operatedAt: probe, changes: probe, projectId: probe,
    };
    const changes = { [probe]: [probe, { probe }] };
    return [record, { ...record, id: 'h2', entityType: 'task', entityId: taskId, operation: 'update', changes }];
}

export function hostilePlan() {
    const color = 'red;background:url(https://example.org/hit)';
    const type = { id: `type${probe}`, name: `type ${probe}`, color, enabled: true };
    const [whole, broken] = [project(), misshapen()];
    const stray = {
        id: `stray${probe}`, projectId: 'nowhere', name: probe, type: { ...type, id: 'other' },
        assignees: [{ name: probe }],
    };
    return {
        projects: [whole, broken, null, probe],
        tasks: [task(whole.id, type), { ...broken, projectId: 7, type: probe, assignees: probe }, stray, 3],
        taskTypes: [type, { id: null, name: 3, color: address, enabled: 'yes' }],
        pmos: [{ id: probe, name: probe, enabled: true }, { name: null }],
        productManagers: [{ id: probe, name: probe, enabled: false }],
        historyRecords: historyRecords(`task${probe}`),
        [probe]: { [probe]: probe },
    };
}

// What of it took effect in a page: nothing, if all is well.
export function hits(page) {
    return page.evaluate(() =>
        ({ script: window.hit, elements: document.querySelectorAll('hit-me, img[src=x]').length }));
}
