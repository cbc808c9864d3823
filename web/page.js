// The page of the schedule: shows projects with their tasks, adds a project, and says in its state
// line whether loading and saving work. Everything goes through /api/data.

const address = '/api/data';
const state = document.querySelector('#state');
const list = document.querySelector('#projects');
const form = document.querySelector('#add-project');

function showState(kind, text) {
    state.dataset.kind = kind;
    state.textContent = text;
}

function now() {
    return new Date().toLocaleTimeString('zh-CN');
}

// The answer as JSON; an Error with what the person should read if it is a refusal or no answer at all.
async function request(options) {
    let response;
    try {
        response = await fetch(address, options);
    } catch {
        throw new Error('无法连接服务器');
    }
    const answer = await response.json().catch(() => null);
    if (!response.ok)
        throw new Error(answer?.message ?? `服务器返回 ${response.status}`);
    if (answer === null)
        throw new Error('服务器返回的不是 JSON');
    return answer;
}

function arrayOf(value) {
    return Array.isArray(value) ? value.filter((item) => item !== null && typeof item === 'object') : [];
}

function element(name, className, text) {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
}

function period(item) {
    const dates = [item.startDate, item.endDate].filter(Boolean).join(' – ');
    const progress = Number.isFinite(item.progress) ? `${item.progress}%` : '';
    return [dates, progress].filter(Boolean).join(' · ');
}

function taskRow(task) {
    const row = document.createElement('li');
    const swatch = element('span', 'swatch', '');
    if (task.type?.color)
        swatch.style.backgroundColor = task.type.color;
    row.append(swatch, `${task.name ?? ''} `);
    row.append(element('span', 'detail', [task.type?.name, period(task)].filter(Boolean).join(' · ')));
    return row;
}

function projectRow(project, tasks) {
    const row = document.createElement('li');
    const title = element('div', 'project', `${project.name ?? ''} `);
    title.append(element('span', 'detail', period(project)));
    row.append(title);
    if (tasks.length > 0) {
        const rows = document.createElement('ul');
        rows.append(...tasks.map(taskRow));
        row.append(rows);
    }
    return row;
}

// Tasks of no project that is here get a row of their own: nothing that is stored is hidden.
function show(schedule) {
    const projects = arrayOf(schedule.projects);
    const tasks = arrayOf(schedule.tasks);
    const owners = new Set(projects.map((project) => String(project.id)));
    const rows = projects.map((project) =>
        projectRow(project, tasks.filter((task) => String(task.projectId) === String(project.id))));
    const others = tasks.filter((task) => !owners.has(String(task.projectId)));
    if (others.length > 0)
        rows.push(projectRow({ name: '不属于任何项目的任务' }, others));
    list.replaceChildren(...rows);
    if (rows.length === 0)
        list.append(element('li', 'detail', '还没有项目'));
}

async function load() {
    const schedule = await request({ headers: { Accept: 'application/json' } });
    show(schedule);
    return schedule;
}

// The document is loaded again just before it is changed: what others saved meanwhile stays.
async function addProject(name) {
    const schedule = await load();
    const project = { id: `project-${Date.now()}`, name, status: 'pending', progress: 0 };
    const projects = Array.isArray(schedule.projects) ? schedule.projects : [];
    const changed = { ...schedule, projects: [...projects, project] };
    await request({
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(changed),
    });
    show(changed);
}

let saving = false;

form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const name = form.elements.name.value.trim();
    if (saving || name === '')
        return;
    saving = true;
    showState('busy', '正在保存…');
    try {
        await addProject(name);
        form.reset();
        showState('ok', `${now()} 已保存`);
    } catch (error) {
        showState('failed', `保存失败：${error.message}`);
    } finally {
        saving = false;
    }
});

load().then(
    () => showState('ok', `${now()} 已载入`),
    (error) => showState('failed', `载入失败：${error.message}`),
);
