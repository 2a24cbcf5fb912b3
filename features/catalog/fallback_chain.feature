@catalog @fallback
Feature: Shoppers can buy a travel bundle even when our provider fails
  Bundles come from three sources, tried in this order: the provider's live feed,
  our saved copy, the backup. Shoppers may see older prices, but never an empty
  catalog. Each source quotes its own price, so the price proves the source.

  Background:
    Given the provider quotes "Europe 5 GB" at 19.00 EUR
    And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
    And the backup quotes "Europe 5 GB" at 21.00 EUR

  @CAT-CHAIN-1 @blocker
  Rule: While the provider answers, shoppers see live prices

    Scenario: Every source works
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 19.00 EUR
      And the answer names the provider as the source of the prices
      And the status page says "healthy"

    Scenario: An update stores live prices in the saved copy and the database
      When the catalog is updated
      Then the update reports the provider as its source
      And the saved copy and the database hold "Europe 5 GB" at 19.00 EUR
      And the saved copy expires after 37 days

    Scenario: Operators can read about the last update
      When the catalog is updated
      Then the report of the last update is that of this one
      And monitoring counts 1 completed update

    Scenario: The service updates the catalog on a schedule
      Given the catalog service updates itself every 1 second
      Then within 5 seconds the saved copy holds "Europe 5 GB" at 19.00 EUR
      And the database holds "Europe 5 GB" at 19.00 EUR

  @CAT-CHAIN-2 @blocker
  Rule: Without the provider, shoppers are served from the saved copy, and the answer says so

    Scenario Outline: The provider <fault>
      Given the provider <fault>
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 18.00 EUR
      And the answer names the saved copy, 2 hours old, as the source of the prices
      And the shopper waited no longer than 2 seconds

      Examples: Ways in which a provider fails
        | fault                        |
        | is down                      |
        | never answers                |
        | cannot be reached            |
        | takes 30 seconds to answer   |
        | cuts its answers off halfway |
        | answers with error 500       |

    Scenario: The provider sends a large answer slowly
      Given the provider offers 200 bundles more
      And the provider answers at 16 KB per second
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 18.00 EUR
      And the shopper waited no longer than 2 seconds

    Scenario: An update without the provider reports the saved copy as its source
      Given the provider is down
      When the catalog is updated
      Then the update reports the saved copy as its source
      And the status page shows the provider as "down"
      And the status page says "degraded"

  @CAT-CHAIN-3 @critical
  Rule: Without the provider and the saved copy, shoppers are served from the backup, and the answer says so

    Background:
      Given the provider is down

    Scenario Outline: The saved copy <fault>, too
      Given the saved copy <fault>
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 21.00 EUR
      And the answer names the backup as the source of the prices
      And the shopper waited no longer than 2 seconds

      Examples: Ways in which a saved copy fails
        | fault                      |
        | is down                    |
        | never answers              |
        | cannot be reached          |
        | takes 30 seconds to answer |
        | freezes                    |
        | has lost its data          |

    Scenario: Shoppers never see a damaged saved copy, and a new copy replaces it
      Given the saved copy holds damaged data
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at 21.00 EUR
      When the provider recovers
      Then within 5 seconds of visits the saved copy holds "Europe 5 GB" at 19.00 EUR

  @CAT-CHAIN-4 @blocker
  Rule: Without any source, shoppers are asked to come back at once, and no stored bundle is lost

    Scenario: Every source is down
      Given the provider, the saved copy and the backup are down
      When a shopper opens the catalog
      Then the shopper is asked to come back shortly, and the answer reveals nothing internal
      And the shopper waited no longer than 2 seconds
      And the status page says "down"

    Scenario: An update finds no source
      Given the provider, the saved copy and the backup are down
      When the catalog is updated
      Then the update failed, and its answer says so (503)

    Scenario: The backup is damaged
      Given the provider and the saved copy are down
      And the backup holds damaged data
      When a shopper opens the catalog
      Then the shopper is asked to come back shortly, and the answer reveals nothing internal
      And the status page shows the backup as "down"

    Scenario: A crowd comes while every source is down
      Given the provider, the saved copy and the backup are down
      When 50 shoppers open the catalog at once
      Then every shopper is asked to come back shortly
      And every shopper waited no longer than 2 seconds
      And the catalog service still runs

    Scenario: Stored bundles survive the outage
      Given the catalog has been updated
      And the provider, the saved copy, the database and the backup are down
      And an update has stored nothing new
      When every part recovers
      Then the saved copy and the database hold "Europe 5 GB" at 19.00 EUR

    Scenario: An update without the provider deletes no stored bundle
      Given the catalog has been updated
      And the provider is down
      When the catalog is updated
      Then the update stored nothing new
      And the saved copy and the database hold "Europe 5 GB" at 19.00 EUR
