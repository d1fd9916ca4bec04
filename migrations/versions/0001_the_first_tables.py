"""The first tables, and the search index by hand: FTS5 on SQLite, tsvector with GIN on PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table('coordinators',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('password_changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('may_handle_money', sa.Boolean(), nullable=False),
    sa.Column('digest', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('viewer', 'coordinator', 'admin')", name=op.f('ck_coordinators_role')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coordinators')),
    sa.UniqueConstraint('email', name=op.f('uq_coordinators_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_coordinators_fs_uniquifier'))
    )
    op.create_table('drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('steps_done', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_drafts_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drafts_updated_at'), ['updated_at'], unique=False)

    op.create_table('fee_bands',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('body_type', sa.String(length=20), nullable=False),
    sa.Column('basis', sa.String(length=20), nullable=False),
    sa.Column('up_to_members', sa.Integer(), nullable=True),
    sa.Column('pence', sa.Integer(), nullable=False),
    sa.Column('minimum_pence', sa.Integer(), nullable=False),
    sa.Column('is_example', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fee_bands'))
    )
    op.create_table('limit_counts',
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_limit_counts'))
    )
    with op.batch_alter_table('limit_counts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_limit_counts_expires_at'), ['expires_at'], unique=False)

    op.create_table('private_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(length=32), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('key_id', sa.String(length=20), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_private_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_private_links_token_hash'))
    )
    with op.batch_alter_table('private_links', schema=None) as batch_op:
        batch_op.create_index('ix_private_links_subject', ['purpose', 'subject_id'], unique=False)

    op.create_table('settings',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_by', sa.String(length=254), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_settings'))
    )
    op.create_table('unions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('short_name', sa.String(length=80), nullable=False),
    sa.Column('full_name', sa.String(length=200), nullable=False),
    sa.Column('aliases', sa.Text(), nullable=False),
    sa.Column('sectors', sa.Text(), nullable=False),
    sa.Column('local_unit', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('is_national_affiliate', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unions')),
    sa.UniqueConstraint('slug', name=op.f('uq_unions_slug'))
    )
    op.create_table('worker_passes',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('worker', sa.String(length=80), nullable=False),
    sa.Column('troubles', sa.Integer(), nullable=False),
    sa.Column('paused_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_worker_passes'))
    )
    op.create_table('branches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=True),
    sa.Column('written_in_union', sa.String(length=200), nullable=False),
    sa.Column('body_type', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('folded', sa.String(length=400), nullable=False),
    sa.Column('town', sa.String(length=120), nullable=False),
    sa.Column('outcode', sa.String(length=8), nullable=False),
    sa.Column('region_slug', sa.String(length=40), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('merged_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['merged_into_id'], ['branches.id'], name=op.f('fk_branches_merged_into_id_branches')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_branches_union_id_unions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_branches'))
    )
    with op.batch_alter_table('branches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_branches_folded'), ['folded'], unique=False)
        batch_op.create_index(batch_op.f('ix_branches_merged_into_id'), ['merged_into_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_branches_region_slug'), ['region_slug'], unique=False)
        batch_op.create_index(batch_op.f('ix_branches_union_id'), ['union_id'], unique=False)

    op.create_table('sign_ins',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('coordinator_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['coordinator_id'], ['coordinators.id'], name=op.f('fk_sign_ins_coordinator_id_coordinators'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_ins')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_ins_token_hash'))
    )
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_ins_coordinator_id'), ['coordinator_id'], unique=False)

    op.create_table('officers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('branch_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('role', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=60), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('is_proposed', sa.Boolean(), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['branch_id'], ['branches.id'], name=op.f('fk_officers_branch_id_branches'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_officers'))
    )
    with op.batch_alter_table('officers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_officers_branch_id'), ['branch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_officers_email'), ['email'], unique=False)

    op.create_table('submissions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('resume_state', sa.String(length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('turn', sa.String(length=20), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('queue_on', sa.Date(), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('held_reason', sa.String(length=40), nullable=True),
    sa.Column('coordinator_id', sa.Integer(), nullable=True),
    sa.Column('meeting_on', sa.Date(), nullable=True),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('heading', sa.String(length=200), nullable=False),
    sa.Column('body_type', sa.String(length=20), nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=True),
    sa.Column('union_text', sa.String(length=120), nullable=False),
    sa.Column('branch_id', sa.Integer(), nullable=True),
    sa.Column('branch_name', sa.String(length=120), nullable=False),
    sa.Column('branch_number', sa.String(length=40), nullable=False),
    sa.Column('town', sa.String(length=80), nullable=False),
    sa.Column('postcode', sa.String(length=12), nullable=False),
    sa.Column('outcode', sa.String(length=4), nullable=False),
    sa.Column('region_slug', sa.String(length=40), nullable=False),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('contact_name', sa.String(length=120), nullable=False),
    sa.Column('contact_role', sa.String(length=80), nullable=False),
    sa.Column('contact_email', sa.String(length=254), nullable=False),
    sa.Column('contact_phone', sa.String(length=40), nullable=False),
    sa.Column('second_name', sa.String(length=120), nullable=False),
    sa.Column('second_email', sa.String(length=254), nullable=False),
    sa.Column('second_phone', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('wants_newsletter', sa.Boolean(), nullable=False),
    sa.Column('heard_from', sa.String(length=120), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['branch_id'], ['branches.id'], name=op.f('fk_submissions_branch_id_branches')),
    sa.ForeignKeyConstraint(['coordinator_id'], ['coordinators.id'], name=op.f('fk_submissions_coordinator_id_coordinators')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_submissions_union_id_unions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submissions')),
    sa.UniqueConstraint('draft_id', name=op.f('uq_submissions_draft_id'))
    )
    with op.batch_alter_table('submissions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_submissions_branch_id'), ['branch_id'], unique=False)
        batch_op.create_index('ix_submissions_coordinator', ['is_open', 'coordinator_id', 'queue_on', 'id'], unique=False)
        batch_op.create_index('ix_submissions_email', ['contact_email'], unique=False)
        batch_op.create_index('ix_submissions_every_state', ['state', 'id'], unique=False)
        batch_op.create_index('ix_submissions_given_to', ['coordinator_id', 'id'], unique=False)
        batch_op.create_index('ix_submissions_held', ['queue_on', 'id'], unique=False, sqlite_where=sa.text('held_reason IS NOT NULL'), postgresql_where=sa.text('held_reason IS NOT NULL'))
        batch_op.create_index('ix_submissions_kind', ['kind', 'id'], unique=False)
        batch_op.create_index('ix_submissions_meeting', ['is_open', 'meeting_on'], unique=False)
        batch_op.create_index('ix_submissions_open_region', ['is_open', 'region_slug', 'queue_on', 'id'], unique=False)
        batch_op.create_index('ix_submissions_region', ['region_slug', 'id'], unique=False)
        batch_op.create_index('ix_submissions_state', ['is_open', 'state', 'queue_on', 'id'], unique=False)
        batch_op.create_index('ix_submissions_turn', ['is_open', 'turn', 'queue_on', 'id'], unique=False)
        batch_op.create_index('ix_submissions_union', ['union_id', 'id'], unique=False)

    op.create_table('affiliations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('of_branch_id', sa.Integer(), nullable=True),
    sa.Column('decision', sa.String(length=20), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('decision_meeting', sa.String(length=120), nullable=False),
    sa.Column('minute', sa.Text(), nullable=False),
    sa.Column('accepts_aims', sa.Boolean(), nullable=False),
    sa.Column('members', sa.Integer(), nullable=True),
    sa.Column('fee_pence', sa.Integer(), nullable=True),
    sa.Column('fee_wish', sa.String(length=20), nullable=False),
    sa.Column('offered_pence', sa.Integer(), nullable=True),
    sa.Column('waiver_reason', sa.Text(), nullable=False),
    sa.Column('pay_by', sa.String(length=20), nullable=False),
    sa.Column('treasurer_name', sa.String(length=120), nullable=False),
    sa.Column('treasurer_email', sa.String(length=254), nullable=False),
    sa.Column('wants_invoice', sa.String(length=20), nullable=False),
    sa.Column('invoice_address', sa.Text(), nullable=False),
    sa.Column('order_number', sa.String(length=60), nullable=False),
    sa.Column('delegates', sa.Integer(), nullable=True),
    sa.Column('publish_name', sa.String(length=20), nullable=False),
    sa.Column('also_wants', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['submissions.id'], name=op.f('fk_affiliations_id_submissions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['of_branch_id'], ['branches.id'], name=op.f('fk_affiliations_of_branch_id_branches')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_affiliations')),
    sa.UniqueConstraint('of_branch_id', name=op.f('uq_affiliations_of_branch_id'))
    )
    op.create_table('consents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(length=40), nullable=False),
    sa.Column('text_version', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_consents_submission_id_submissions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents'))
    )
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consents_submission_id'), ['submission_id'], unique=False)

    op.create_table('events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('transition', sa.String(length=40), nullable=False),
    sa.Column('from_state', sa.String(length=40), nullable=False),
    sa.Column('to_state', sa.String(length=40), nullable=False),
    sa.Column('actor', sa.String(length=20), nullable=False),
    sa.Column('coordinator_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['coordinator_id'], ['coordinators.id'], name=op.f('fk_events_coordinator_id_coordinators')),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_events_submission_id_submissions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_events_submission_id'), ['submission_id'], unique=False)

    op.create_table('outbox_emails',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=True),
    sa.Column('template', sa.String(length=120), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('to_address', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('message_id', sa.String(length=255), nullable=False),
    sa.Column('link_ids', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('is_urgent', sa.Boolean(), nullable=False),
    sa.Column('is_private', sa.Boolean(), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('first_tried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('leased_by', sa.String(length=120), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.String(length=200), nullable=False),
    sa.Column('resend_of_id', sa.Integer(), nullable=True),
    sa.Column('dealt_with_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dealt_with_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['resend_of_id'], ['outbox_emails.id'], name=op.f('fk_outbox_emails_resend_of_id_outbox_emails')),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_outbox_emails_submission_id_submissions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_emails')),
    sa.UniqueConstraint('message_id', name=op.f('uq_outbox_emails_message_id'))
    )
    with op.batch_alter_table('outbox_emails', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_emails_failed', ['id'], unique=False, sqlite_where=sa.text("state IN ('refused', 'given-up') AND dealt_with_at IS NULL"), postgresql_where=sa.text("state IN ('refused', 'given-up') AND dealt_with_at IS NULL"))
        batch_op.create_index('ix_outbox_emails_held', ['submission_id'], unique=False, sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
        batch_op.create_index(batch_op.f('ix_outbox_emails_submission_id'), ['submission_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_emails_tried_at'), ['tried_at'], unique=False)

    op.create_table('speaker_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_kind', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('dates', sa.JSON(), nullable=False),
    sa.Column('date_rule', sa.String(length=300), nullable=False),
    sa.Column('decide_by', sa.Date(), nullable=True),
    sa.Column('meeting_format', sa.String(length=20), nullable=False),
    sa.Column('platform', sa.String(length=80), nullable=False),
    sa.Column('venue', sa.String(length=300), nullable=False),
    sa.Column('venue_postcode', sa.String(length=12), nullable=False),
    sa.Column('venue_access', sa.Text(), nullable=False),
    sa.Column('audience_size', sa.String(length=60), nullable=False),
    sa.Column('audience', sa.String(length=20), nullable=False),
    sa.Column('wanted_speaker', sa.String(length=20), nullable=False),
    sa.Column('named_speaker', sa.String(length=200), nullable=False),
    sa.Column('sector', sa.String(length=40), nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('topics_other', sa.String(length=300), nullable=False),
    sa.Column('talk_minutes', sa.Integer(), nullable=True),
    sa.Column('question_minutes', sa.Integer(), nullable=True),
    sa.Column('contested', sa.String(length=20), nullable=False),
    sa.Column('contested_note', sa.Text(), nullable=False),
    sa.Column('press', sa.String(length=20), nullable=False),
    sa.Column('recording', sa.String(length=20), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('needs_note', sa.Text(), nullable=False),
    sa.Column('can_pay', sa.JSON(), nullable=False),
    sa.Column('pay_note', sa.String(length=300), nullable=False),
    sa.Column('collection', sa.String(length=20), nullable=False),
    sa.Column('speaker_name', sa.String(length=120), nullable=False),
    sa.Column('speaker_email', sa.String(length=254), nullable=False),
    sa.Column('speaker_language', sa.String(length=2), nullable=False),
    sa.Column('confirmed_time', sa.Time(), nullable=True),
    sa.Column('attended', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['submissions.id'], name=op.f('fk_speaker_requests_id_submissions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_speaker_requests'))
    )
    op.create_table('twinning_proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sectors', sa.JSON(), nullable=False),
    sa.Column('employers', sa.String(length=300), nullable=False),
    sa.Column('size', sa.String(length=60), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('hopes', sa.JSON(), nullable=False),
    sa.Column('offers', sa.Text(), nullable=False),
    sa.Column('learns', sa.Text(), nullable=False),
    sa.Column('in_mind', sa.Text(), nullable=False),
    sa.Column('oblast', sa.String(length=40), nullable=False),
    sa.Column('centre', sa.String(length=20), nullable=False),
    sa.Column('languages', sa.String(length=200), nullable=False),
    sa.Column('how_often', sa.String(length=20), nullable=False),
    sa.Column('lead_name', sa.String(length=120), nullable=False),
    sa.Column('lead_email', sa.String(length=254), nullable=False),
    sa.Column('deputy_name', sa.String(length=120), nullable=False),
    sa.Column('deputy_email', sa.String(length=254), nullable=False),
    sa.Column('decision', sa.String(length=20), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('decision_note', sa.Text(), nullable=False),
    sa.Column('national_told', sa.String(length=20), nullable=False),
    sa.Column('national_contact', sa.String(length=200), nullable=False),
    sa.Column('publicity', sa.String(length=20), nullable=False),
    sa.Column('body_name', sa.String(length=200), nullable=False),
    sa.Column('body_oblast', sa.String(length=60), nullable=False),
    sa.Column('body_sector', sa.String(length=60), nullable=False),
    sa.Column('body_email', sa.String(length=254), nullable=False),
    sa.Column('body_language', sa.String(length=2), nullable=False),
    sa.Column('body_contact', sa.String(length=120), nullable=False),
    sa.Column('body_publicity', sa.String(length=20), nullable=False),
    sa.Column('twinned_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['id'], ['submissions.id'], name=op.f('fk_twinning_proposals_id_submissions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_twinning_proposals'))
    )
    op.create_table('terms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('affiliation_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('fee_pence', sa.Integer(), nullable=False),
    sa.Column('paid_pence', sa.Integer(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('waived_reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['affiliation_id'], ['affiliations.id'], name=op.f('fk_terms_affiliation_id_affiliations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terms'))
    )
    with op.batch_alter_table('terms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_terms_affiliation_id'), ['affiliation_id'], unique=False)

    op.create_index(
        "ix_outbox_emails_next_try",
        "outbox_emails",
        [sa.text("is_urgent DESC"), "next_try_at", "id"],
        sqlite_where=sa.text("next_try_at IS NOT NULL"),
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE submission_search USING fts5(words, prefix='2 3 4', tokenize='unicode61')")
    else:
        op.execute(
            "CREATE TABLE submission_search (submission_id integer PRIMARY KEY "
            "REFERENCES submissions (id) ON DELETE CASCADE, words tsvector NOT NULL)"
        )
        op.execute("CREATE INDEX ix_submission_search_words ON submission_search USING gin (words)")


def downgrade() -> None:
    """Take the tables back."""
    op.execute("DROP TABLE submission_search")
    with op.batch_alter_table('terms', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_terms_affiliation_id'))

    op.drop_table('terms')
    op.drop_table('twinning_proposals')
    op.drop_table('speaker_requests')
    with op.batch_alter_table('outbox_emails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_emails_tried_at'))
        batch_op.drop_index(batch_op.f('ix_outbox_emails_submission_id'))
        batch_op.drop_index('ix_outbox_emails_held', sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
        batch_op.drop_index('ix_outbox_emails_failed', sqlite_where=sa.text("state IN ('refused', 'given-up') AND dealt_with_at IS NULL"), postgresql_where=sa.text("state IN ('refused', 'given-up') AND dealt_with_at IS NULL"))

    op.drop_table('outbox_emails')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_events_submission_id'))

    op.drop_table('events')
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consents_submission_id'))

    op.drop_table('consents')
    op.drop_table('affiliations')
    with op.batch_alter_table('submissions', schema=None) as batch_op:
        batch_op.drop_index('ix_submissions_union')
        batch_op.drop_index('ix_submissions_turn')
        batch_op.drop_index('ix_submissions_state')
        batch_op.drop_index('ix_submissions_region')
        batch_op.drop_index('ix_submissions_open_region')
        batch_op.drop_index('ix_submissions_meeting')
        batch_op.drop_index('ix_submissions_kind')
        batch_op.drop_index('ix_submissions_held', sqlite_where=sa.text('held_reason IS NOT NULL'), postgresql_where=sa.text('held_reason IS NOT NULL'))
        batch_op.drop_index('ix_submissions_given_to')
        batch_op.drop_index('ix_submissions_every_state')
        batch_op.drop_index('ix_submissions_email')
        batch_op.drop_index('ix_submissions_coordinator')
        batch_op.drop_index(batch_op.f('ix_submissions_branch_id'))

    op.drop_table('submissions')
    with op.batch_alter_table('officers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_officers_email'))
        batch_op.drop_index(batch_op.f('ix_officers_branch_id'))

    op.drop_table('officers')
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_ins_coordinator_id'))

    op.drop_table('sign_ins')
    with op.batch_alter_table('branches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_branches_union_id'))
        batch_op.drop_index(batch_op.f('ix_branches_region_slug'))
        batch_op.drop_index(batch_op.f('ix_branches_merged_into_id'))
        batch_op.drop_index(batch_op.f('ix_branches_folded'))

    op.drop_table('branches')
    op.drop_table('worker_passes')
    op.drop_table('unions')
    op.drop_table('settings')
    with op.batch_alter_table('private_links', schema=None) as batch_op:
        batch_op.drop_index('ix_private_links_subject')

    op.drop_table('private_links')
    with op.batch_alter_table('limit_counts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_limit_counts_expires_at'))

    op.drop_table('limit_counts')
    op.drop_table('fee_bands')
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_drafts_updated_at'))

    op.drop_table('drafts')
    op.drop_table('coordinators')
