// The people: who is on what, day by day, and who is on too much. Which days, and what counts, is in the address.

import { parametersChange, parameterValue, viewOpen } from './address.js';
import { dayOf, dayText, mondayOf, periodShown, today } from './dates.js';
import { select } from './dialog.js';
import { button, childrenSet, element } from './dom.js';
import { texts } from './language.js';
import { PeopleGrid, personShown } from './people_grid.js';
import { PeopleTasks } from './people_tasks.js';
import { namesOf, planOf, textOf } from './plan.js';
import { unnamed } from './terms.js';
import { levelOf, nobody, workloadOf } from './workload.js';

const t = texts({
    people: ['人员', 'People'],
    before: ['前一段', 'Earlier'],
    after: ['后一段', 'Later'],
    today: ['今天', 'Today'],
    weeks: ['时间范围', 'Range'],
    weeksMany: [(count) => `${count} 周`, (count) => `${count} weeks`],
    options: ['选项', 'Options'],
    project: ['项目', 'Project'],
    allProjects: ['全部项目', 'All projects'],
    search: ['查找姓名', 'Find a name'],
    limit: ['超载', 'Overload'],
    limitMany: [(count) => `多于 ${count} 个任务`, (count) => count === 1 ? 'over 1 task' : `over ${count} tasks`],
    sort: ['排序', 'Sort'],
    sortName: ['按姓名', 'by name'],
    sortLoad: ['按负载', 'by load'],
    weekends: ['计入周末', 'Count weekends'],
    summary: [(people, over) => `${people} 人，${over} 人超载`,
        (people, over) => `${people === 1 ? '1 person' : `${people} people`}, ${over} overloaded`],
    legend: ['同时进行的任务', 'Tasks at a time'],
    legendOver: ['超载', 'overloaded'],
    legendWeekend: ['周末，不计', 'weekend, not counted'],
    nothing: ['还没有人参与任务', 'Nobody is on a task yet'],
    nothingHow: ['在排期中打开任务并填写负责人，这里就会显示每个人每天的工作量。',
        'Open a task in the schedule and give it assignees: then this shows how much each of them has on each day.'],
    toSchedule: ['打开排期', 'Open the schedule'],
    noMatch: ['没有符合条件的人员', 'No person matches'],
    showAll: ['显示全部', 'Show all'],
});

const weekChoices = [4, 8, 13];
const limitChoices = [1, 2, 3, 4, 5];
const limitUsual = 2;

export function peopleView(keeper) {
    const tasks = new PeopleTasks(keeper);
    let range = null;
    const grid = new PeopleGrid((row, first, last, anchor) => tasks.open(row, first, last, anchor, range));
    const tools = toolsMake();
    const content = element('div', { class: 'people-content' });
    const foot = footMake();
    const node = element('section', { class: 'people', 'aria-label': t('people') },
        tools.node, content, foot.node, tasks.node);
    const update = () => {
        range = rangeChosen(keeper.document);
        const rows = workloadOf(keeper.document, range).filter(({ name }) => isFound(name, range.search));
        const isTable = rows.length > 0 && hasPeople(keeper.document);
        tools.update(keeper.document, range);
        childrenSet(content, [isTable ? grid.node : instead(keeper.document)]);
        if (isTable)
            grid.update(rows, range);
        foot.update(rows, range);
        tasks.update(rows, range);
    };
    return { node, update, close() {} };
}

// What the address says: the days, what counts, and how the people are sorted.
function rangeChosen(document) {
    const weeks = numberChosen('weeks', weekChoices, weekChoices[0]);
    const project = planOf(document).projects.find(({ item }) => String(item.id) === parameterValue('project'));
    return {
        start: mondayOf(dayOf(parameterValue('from')) ?? today()),
        weeks,
        days: weeks * 7,
        limit: numberChosen('limit', limitChoices, limitUsual),
        countsWeekends: parameterValue('weekends') === 'count',
        project: project?.key ?? null,
        search: parameterValue('search'),
        sort: parameterValue('sort') === 'load' ? 'load' : 'name',
    };
}

function numberChosen(name, choices, usual) {
    const number = Number(parameterValue(name));
    return choices.includes(number) ? number : usual;
}

function isFound(name, search) {
    return personShown(name).toLowerCase().includes(search.trim().toLowerCase());
}

function hasPeople(document) {
    return planOf(document).tasks.some(({ item }) => namesOf(item.assignees).length > 0);
}

// -> { node, update }: what the range is chosen by.
function toolsMake() {
    const period = element('h2', { class: 'people-period' });
    const fields = fieldsMake();
    const more = element('div', { class: 'people-options', id: 'people-options' },
        Object.values(fields).map(({ node }) => node));
    const opener = button({ icon: 'filter', text: t('options'), class: 'people-opener', 'aria-controls': more.id,
        'aria-expanded': 'false' }, () => opener.setAttribute('aria-expanded', String(more.classList.toggle('open'))));
    let range = null;
    const shift = (direction) => parametersChange({ from: dayText(range.start + direction * range.days) });
    const node = element('div', { class: 'people-tools' },
        element('div', { class: 'people-walk' },
            button({ icon: 'chevronLeft', label: t('before') }, () => shift(-1)),
            button({ text: t('today') }, () => parametersChange({ from: null })),
            button({ icon: 'chevronRight', label: t('after') }, () => shift(1)),
            period, opener),
        more);
    const update = (document, now) => {
        range = now;
        period.textContent = periodShown(range.start, range.start + range.days - 1);
        for (const { update: show } of Object.values(fields))
            show(document, range);
    };
    return { node, update };
}

function fieldsMake() {
    const many = (choices, text) => choices.map((count) => [String(count), t(text, count)]);
    const search = element('input', { type: 'search', placeholder: t('search'), 'aria-label': t('search'),
        oninput: () => parametersChange({ search: search.value }) });
    const weekends = element('input', { type: 'checkbox',
        onchange: () => parametersChange({ weekends: weekends.checked ? 'count' : null }) });
    return {
        weeks: choiceMake('weeks', many(weekChoices, 'weeksMany'), String(weekChoices[0])),
        project: projectMake(),
        limit: choiceMake('limit', many(limitChoices, 'limitMany'), String(limitUsual)),
        sort: choiceMake('sort', [['name', t('sortName')], ['load', t('sortLoad')]], 'name'),
        weekends: {
            node: element('label', { class: 'people-check' }, weekends, t('weekends')),
            update: (document, { countsWeekends }) => { weekends.checked = countsWeekends; },
        },
        search: {
            node: search,
            update: (document, range) => {
                if (search.value !== range.search)
                    search.value = range.search;
            },
        },
    };
}

// The usual value is not in the address.
function choiceMake(name, choices, usual) {
    const control = select(choices, usual, {
        id: `people-${name}`,
        onchange: () => parametersChange({ [name]: control.value === usual ? null : control.value }),
    });
    return {
        node: element('div', { class: 'people-choice' }, element('label', { for: control.id }, t(name)), control),
        update: (document, range) => { control.value = String(range[name]); },
    };
}

function projectMake() {
    const made = choiceMake('project', [], '');
    const control = made.node.querySelector('select');
    let shown = null;
    const update = (document, { project }) => {
        const { projects } = planOf(document);
        const names = JSON.stringify(projects.map(({ item }) => [item.id, item.name]));
        if (names !== shown) {
            shown = names;
            control.replaceChildren(element('option', { value: '' }, t('allProjects')), ...projects.map(({ item }) =>
                element('option', { value: String(item.id) }, textOf(item.name) || unnamed())));
        }
        control.value = String(projects.find(({ key }) => key === project)?.item.id ?? '');
    };
    return { node: made.node, update };
}

// -> { node, update }: what the colours mean, and how many people the table is about.
function footMake() {
    const legend = element('p', { class: 'people-legend' });
    const summary = element('p', { role: 'status' });
    const update = (rows, range) => {
        legend.replaceChildren(...legendNodes(range));
        const people = rows.filter(({ name }) => name !== nobody);
        const text = t('summary', people.length, people.filter(({ overloads }) => overloads > 0).length);
        // It is read out when it changes.
        if (summary.textContent !== text)
            summary.textContent = text;
    };
    return { node: element('div', { class: 'people-foot' }, legend, summary), update };
}

function legendNodes({ limit, countsWeekends }) {
    const sample = (attributes, text = '') => element('span', { class: 'people-sample', ...attributes }, text);
    const counts = [...new Set([1, limit])];
    return [
        element('span', {}, t('legend')),
        ...counts.map((count) => sample({ dataset: { level: levelOf(count, limit) } }, count)),
        sample({ dataset: { level: 'over' } }, limit + 1), element('span', {}, t('legendOver')),
        ...countsWeekends ? [] : [sample({ class: 'people-sample weekend' }), element('span', {}, t('legendWeekend'))],
    ];
}

// What stands where the table would be empty.
function instead(document) {
    if (hasPeople(document))
        return element('div', { class: 'placeholder' }, element('p', {}, t('noMatch')),
            button({ text: t('showAll') }, () => parametersChange({ search: null, project: null })));
    return element('div', { class: 'placeholder' }, element('h2', {}, t('nothing')), element('p', {}, t('nothingHow')),
        element('p', {}, button({ text: t('toSchedule'), class: 'primary' }, () => viewOpen('schedule'))));
}
