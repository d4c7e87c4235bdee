"""Keys and tokens that are recognised by their provider's format, at any place.

The table is our own: other libraries with such patterns (detect-secrets, gitleaks) need an HTTP client or another
runtime. They search source code line by line, and know few providers of models. The formats agree with theirs.
"""

from __future__ import annotations

import re

from pytest_traces.redaction.keys import MASK

_BEGINS = r"(?:(?<![\w-])|(?<=\\[nrt])|(?<=%[0-9A-F]{2}))"  # `\n` in a JSON string and `%20` in a URL end a word too

_SHAPES: tuple[tuple[str, str], ...] = (
    # models and what is around them
    ("sk-", r"sk-(?:proj|svcacct|admin|None|ant|or|lf)-[\w-]{20,}"),  # OpenAI, Anthropic, OpenRouter, Langfuse
    ("sk-", r"sk-(?:[a-z]+\d{0,2}[-_]){0,3}(?=[A-Za-z]*\d)[A-Za-z0-9]{12,}[\w-]*"),  # OpenAI, DeepSeek, LiteLLM
    ("sk_", r"sk_[a-f0-9]{32,}"),  # ElevenLabs
    ("tlm_sk_", r"tlm_sk_[\w-]{12,}"),  # Tracium
    ("sess-", r"sess-[A-Za-z0-9]{32,}"),  # OpenAI, a session
    ("gsk_", r"gsk_[A-Za-z0-9]{20,}"),  # Groq
    ("xai-", r"xai-\w{20,}"),
    ("hf_", r"hf_[A-Za-z0-9]{30,}"),
    ("api_org_", r"api_org_[A-Za-z]{30,}"),  # Hugging Face, an organisation
    ("r8_", r"r8_[\w-]{37}"),  # Replicate
    ("pplx-", r"pplx-[A-Za-z0-9]{40,}"),
    ("fw_", r"fw_[A-Za-z0-9]{22,}"),  # Fireworks
    ("csk-", r"csk-[a-z0-9]{40,}"),  # Cerebras
    ("tgp_v1_", r"tgp_v1_[\w-]{30,}"),  # Together
    ("nvapi-", r"nvapi-[\w-]{40,}"),
    ("pa-", r"pa-(?=[\w-]*\d)[\w-]{40,}"),  # Voyage
    ("jina_", r"jina_[A-Za-z0-9]{40,}"),
    ("tvly-", r"tvly-[A-Za-z0-9-]{16,}"),
    ("fc-", r"fc-[a-f0-9]{32}"),  # Firecrawl
    ("pcsk_", r"pcsk_\w{16,}"),  # Pinecone
    ("lsv2_", r"lsv2_(?:pt|sk)_\w{16,}"),  # LangSmith
    ("ls__", r"ls__[a-f0-9]{32}"),
    ("pk-lf-", r"pk-lf-[a-z0-9-]{30,}"),  # Langfuse
    ("pylf_v", r"pylf_v\d_[a-z]{2}_[A-Za-z0-9]{30,}"),  # Logfire
    ("wandb_v", r"wandb_v\d_\w{40,}"),
    ("ph", r"ph[cx]_\w{32,}"),  # PostHog
    ("e2b_", r"e2b_[a-f0-9]{40}"),
    ("bb_live_", r"bb_live_[\w-]{20,}"),  # Browserbase
    ("pnu_", r"pnu_[A-Za-z0-9]{36}"),  # Prefect
    # clouds
    ("A", r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{12,}"),  # AWS
    ("ABSK", r"ABSK[A-Za-z0-9+/]{100,}={0,2}"),  # Bedrock
    ("bedrock-api-key-", r"bedrock-api-key-[A-Za-z0-9+/]{20,}={0,2}"),
    ("AIza", r"AIza[\w-]{30,}"),  # Google
    ("ya29.", r"ya29\.[\w.-]{16,}"),
    ("1//0", r"1//0[\w-]{30,}"),
    ("GOCSPX-", r"GOCSPX-[\w-]{16,}"),
    ("Q~", r"[\w~.]{3}\dQ~[\w~.-]{31,34}"),  # Azure
    ("LTAI", r"LTAI[A-Za-z0-9]{16,}"),  # Alibaba
    ("_v1_", r"do[opr]_v1_[a-f0-9]{32,}"),  # DigitalOcean
    ("dapi", r"dapi[a-f0-9]{32}(?:-\d)?"),  # Databricks
    ("hv", r"hv[sb]\.[\w-]{24,}"),  # Vault
    (".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}"),  # Terraform
    ("sbp_", r"sbp_[a-z0-9]{40}"),  # Supabase
    ("sb_secret_", r"sb_secret_[\w-]{20,}"),
    ("pscale_", r"pscale_(?:tkn|oauth|pw)_[\w=.-]{32,}"),  # PlanetScale
    ("HRKU-", r"HRKU-[\w-]{30,}"),  # Heroku
    ("fo1_", r"fo1_[\w-]{43}"),  # Fly
    ("fm2_", r"fm2_[A-Za-z0-9+/]{100,}={0,3}"),
    ("pul-", r"pul-[a-f0-9]{40}"),  # Pulumi
    ("dp.", r"dp\.(?:pt|st|ct|sa|scim)\.(?:[\w-]{1,35}\.)?[A-Za-z0-9]{40,}"),  # Doppler
    ("napi_", r"napi_[a-z0-9]{40,}"),  # Neon
    ("ops_eyJ", r"ops_eyJ[A-Za-z0-9+/]{40,}={0,3}"),  # 1Password
    # code and packages
    ("gh", r"gh[pousr]_[A-Za-z0-9]{20,}"),
    ("github_pat_", r"github_pat_\w{20,}"),
    ("gl", r"gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent|oas|ffct)-[\w.-]{16,}"),  # GitLab
    ("npm_", r"npm_[A-Za-z0-9]{30,}"),
    ("pypi-", r"pypi-[\w-]{50,}"),
    ("rubygems_", r"rubygems_[a-f0-9]{48}"),
    ("AKCp", r"AKCp[A-Za-z0-9]{60,}"),  # Artifactory
    ("T3", r"AT(?:ATT|CTT|BTT)3[\w=-]{40,}"),  # Atlassian
    ("lin_", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,}"),  # Linear
    ("ntn_", r"ntn_[A-Za-z0-9]{40,}"),  # Notion
    ("secret_", r"secret_[A-Za-z0-9]{43}"),
    ("figd_", r"figd_[\w-]{36,}"),  # Figma
    ("pat", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),  # Airtable
    ("PMAK-", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),  # Postman
    ("sgp_", r"sgp_\w{40,}"),  # Sourcegraph
    ("dckr_", r"dckr_(?:pat|oat)_[\w-]{20,}"),  # Docker
    # messages
    ("xox", r"xox[abceoprs][.-][\w.-]{10,}"),  # Slack
    ("xapp-", r"xapp-[A-Za-z0-9-]{10,}"),
    ("hooks.slack.com/", r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[\w/+]{16,}"),
    (".webhook.office.com/", r"(?<=\.webhook\.office\.com/)[\w@/-]{40,}"),  # Teams
    ("/api/webhooks/", r"(?<=/api/webhooks/)\d{15,}/[\w-]{40,}"),  # Discord
    ("hooks.zapier.com/", r"(?<=hooks\.zapier\.com/)hooks/catch/[\w/]{8,}"),
    (":AA", r"(?:bot)?\d{8,10}:AA[\w-]{33}"),  # Telegram
    ("SG.", r"SG\.[\w-]{16,}\.[\w-]{16,}"),  # SendGrid
    ("key-", r"key-[a-f0-9]{32}"),  # Mailgun
    ("-us", r"[a-f0-9]{32}-us\d{1,2}"),  # Mailchimp
    ("xkeysib-", r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),  # Brevo
    ("re_", r"re_[A-Za-z0-9]{7,9}_[A-Za-z0-9]{20,}"),  # Resend
    ("SK", r"SK[a-f0-9]{32}"),  # Twilio
    # payment, shops, monitoring
    ("k_", r"[rs]k_(?:live|test|prod)_[A-Za-z0-9-]{8,}"),  # Stripe, Clerk
    ("whsec_", r"whsec_[A-Za-z0-9+/=]{16,}"),
    ("sq0", r"sq0(?:atp|csp)-[\w-]{20,}"),  # Square
    ("shp", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),  # Shopify
    ("$production$", r"access_token\$production\$[a-z0-9]{16}\$[a-f0-9]{32}"),  # Braintree
    ("dt0", r"dt0[cs]0\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),  # Dynatrace
    ("NRAK-", r"NRAK-[A-Z0-9]{27}"),  # New Relic
    ("gl", r"gl(?:sa|c)_[A-Za-z0-9+/=_]{32,}"),  # Grafana
    ("sntry", r"sntry[su]_[\w+/=]{40,}"),  # Sentry
    ("CFPAT-", r"CFPAT-[\w-]{43}"),  # Contentful
    ("sha256~", r"sha256~[\w-]{43}"),  # OpenShift
    # of any issuer
    ("eyJ", r"eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}"),  # JWT
    ("AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
    (
        "-----BEGIN",
        r"-----BEGIN[ ][A-Z0-9 ]{0,40}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----[\s\S]*?"
        r"(?:-----END[ ][A-Z0-9 ]{0,40}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----|(?=\\*[\"'])|\Z)",
    ),
)
"""A text that each key of a format contains, in its exact case, and the regex of the format."""


def shapes_in(words: str) -> list[str]:
    """Return the regexes of the formats that may be in a text with these words."""
    return [pattern for hint, pattern in _SHAPES if hint in words]


def mask_shape(text: str, pattern: str) -> str:
    """Mask the keys of one format."""
    return re.sub(_BEGINS + pattern, MASK, text)
