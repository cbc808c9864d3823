// Editing a project, and adding one.

import { ChoiceField, ProgressField, TextField } from './form_fields.js';
import { columns, itemAdd, itemEdit, nameField, side } from './item_form.js';
import { byName, namesShown, texts } from './language.js';
import { NamesField } from './names_field.js';
import { periodFields } from './period_fields.js';
import { namesOf, planOf, projectDraft } from './plan.js';
import { RecordsField, recordToday } from './records_field.js';
import { ContactsField, LinksField } from './rows_field.js';
import { statusField } from './status_field.js';

const t = texts({
    edit: ['编辑项目', 'Edit project'],
    add: ['新建项目', 'Add project'],
});

export function projectEdit(keeper, key) {
    itemEdit(keeper, 'projects', key, { title: t('edit'), ...projectForm(keeper) });
}

export function projectAdd(keeper) {
    itemAdd(keeper, 'projects', projectDraft(), { title: t('add'), ...projectForm(keeper, { isNew: true }) });
}

function projectForm(keeper, { isNew = false } = {}) {
    const { people, pmos, productManagers } = planOf(keeper.document);
    const known = () => planOf(keeper.document).people;
    const name = nameField(isNew);
    const status = statusField();
    const progress = new ProgressField('progress');
    const period = periodFields();
    const owner = new TextField('owner', { suggestions: people });
    const pmo = settingField('pmo', pmos);
    const manager = settingField('productManager', productManagers);
    const developers = new NamesField('developers', known);
    const testers = new NamesField('testers', known);
    const partners = new NamesField('partners', () => partnersOf(keeper.document));
    const remark = new TextField('remark', { isLong: true });
    const contacts = new ContactsField('contacts');
    const links = new LinksField('chatGroupLinks');
    const daily = new RecordsField('dailyProgress', { blank: () => recordToday(progress, status) });
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
    const namesText = (stored) => namesShown(namesOf(stored));
    return new ChoiceField(member, ['', ...new Set(names)].map((name) => ({ text: name, value: name })), {
        matches: (name, stored) => name === namesText(stored),
        describe: namesText,
    });
}

function partnersOf(document) {
    return [...new Set(planOf(document).projects.flatMap(({ item }) => namesOf(item.partners)))].sort(byName);
}
