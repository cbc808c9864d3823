// Editing a project, and adding one.

import { ChoiceField, ProgressField, TextField } from './form_fields.js';
import { withProjectDuplicated } from './item_edits.js';
import { columns, isPrecise, itemAdd, itemEdit, side } from './item_form.js';
import { byName, texts } from './language.js';
import { NamesField } from './names_field.js';
import { editTold } from './notices.js';
import { periodFields } from './period_fields.js';
import { namesOf, newId, planOf, textOf, withItem, withoutProject } from './plan.js';
import { RecordsField, recordToday } from './records_field.js';
import { ContactsField, LinksField } from './rows_field.js';
import { statusField } from './status_field.js';
import { unnamed } from './terms.js';

const t = texts({
    edit: ['编辑项目', 'Edit project'],
    add: ['新建项目', 'New project'],
    removed: [(name) => `删除“${name}”`, (name) => `Deleted ${name}`],
    removedAll: [(name, tasks) => `删除“${name}”及其 ${tasks} 个任务`,
        (name, tasks) => `Deleted ${name} and its ${tasks === 1 ? 'task' : `${tasks} tasks`}`],
    duplicated: [(name) => `创建“${name}”的副本`, (name) => `Duplicated ${name}`],
});

export function projectEdit(keeper, key) {
    itemEdit(keeper, 'projects', key, ({ item }) => {
        const name = textOf(item.name) || unnamed();
        return {
            title: t('edit'),
            ...projectForm(keeper),
            remove: () => {
                const { length } = planOf(keeper.document).projects.find((entry) => entry.key === key).tasks;
                const text = length > 0 ? t('removedAll', name, length) : t('removed', name);
                editTold(keeper, text, (plan) => withoutProject(plan, key));
            },
            duplicate: () => editTold(keeper, t('duplicated', name), (plan) => withProjectDuplicated(plan, key)),
            again: withTasksAgain,
        };
    });
}

export function projectAdd(keeper) {
    const draft = {
        id: newId('project'), name: '', status: 'pending', progress: 0, startDate: '', endDate: '', owner: '',
        pmo: '', productManager: '', partners: [], developers: [], testers: [], contacts: [], chatGroupLinks: [],
        remark: '', dailyProgress: [],
    };
    itemAdd(keeper, 'projects', draft, { title: t('add'), ...projectForm(keeper, { isNew: true }) });
}

// Whoever deletes a project deletes its tasks.
function withTasksAgain(plan, { tasks }) {
    const present = new Set(planOf(plan).tasks.map(({ key }) => key));
    return tasks.filter(({ key }) => !present.has(key))
        .reduce((grown, { item }) => withItem(grown, 'tasks', item), plan);
}

function projectForm(keeper, { isNew = false } = {}) {
    const known = () => planOf(keeper.document).people;
    const name = new TextField('name', { isRequired: true, autofocus: isNew || isPrecise() });
    const status = statusField();
    const progress = new ProgressField('progress');
    const period = periodFields();
    const owner = new TextField('owner', { suggestions: known() });
    const pmo = settingField('pmo', planOf(keeper.document).pmos);
    const manager = settingField('productManager', planOf(keeper.document).productManagers);
    const developers = new NamesField('developers', known);
    const testers = new NamesField('testers', known);
    const partners = new NamesField('partners', () => partnersOf(keeper.document));
    const remark = new TextField('remark', { isLong: true });
    const contacts = new ContactsField('contacts');
    const links = new LinksField('chatGroupLinks');
    const daily = new RecordsField('dailyProgress', {
        members: ['date', 'progress', 'status', 'content'],
        blank: () => recordToday(progress, status),
    });
    return {
        fields: [name, status, progress, period.start, period.end, owner, pmo, manager, remark,
            developers, testers, partners, contacts, links, daily],
        body: columns([name, side(status, progress), period, owner, side(pmo, manager), remark],
            [developers, testers, partners, contacts, links, daily]),
    };
}

// One of those that the settings have in use, or what is there already.
function settingField(member, entries) {
    const names = entries.filter(({ item }) => item.enabled !== false).flatMap(({ item }) => namesOf(item.name));
    const choices = ['', ...new Set(names)].map((name) => ({ text: name, value: name }));
    return new ChoiceField(member, choices, {
        matches: (value, stored) => value === namesOf(stored).join(', '),
        describe: (stored) => namesOf(stored).join(', '),
    });
}

function partnersOf(document) {
    return [...new Set(planOf(document).projects.flatMap(({ item }) => namesOf(item.partners)))].sort(byName);
}
